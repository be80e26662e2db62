import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { explain } from '../../src/cli/explain.ts'

const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1' +
  '$iz/BiLSw/in64wTZ/aeF3w$rtH8t1HlydiVhFUpp3NZB8b3yisPK/hkhRGe7aKwIFE'
const app = (id: string, more: object = {}) => ({
  label: id,
  redirectUris: [`https://${id}.example.com/back`],
  ...more,
})
const settings = {
  publicUrl: 'https://sso.example.com',
  store: { sqlite: 'gatehouse.db' },
  keys: { rootKey: { file: 'root.key' } },
  audit: { file: 'audit.jsonl' },
  accounts: { '111122223333': {} },
  connectors: {
    staff: {
      type: 'file',
      label: 'Staff',
      accounts: ['111122223333'],
      people: [{ username: 'amina', passwordHash }],
    },
  },
  apps: {
    wiki: app('wiki', {
      when: '"staff" in identity.groups',
      groups: 'identity.groups.filter(g, g.startsWith("wiki-"))',
      claims: { email: 'identity.attributes.mail[0]' },
    }),
    board: app('board'),
    odd: app('odd', { when: 'identity.attributes.floor[0] == "9"' }),
  },
  gate: {
    proxies: ['loopback'],
    sites: {
      intranet: {
        label: 'Intranet',
        hosts: ['intranet.example.com'],
        when: '"staff" in identity.groups',
        paths: [{ path: '/admin', when: '"admins" in identity.groups' }],
      },
    },
  },
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
})
after(() => rm(folder, { recursive: true }))

async function explained(
  person: object,
  { json = false, ...more }: { json?: boolean; apps?: object; gate?: object } = {},
) {
  const [config, identity] = [join(folder, 'gatehouse.yaml'), join(folder, 'identity.yaml')]
  await writeFile(config, JSON.stringify({ ...settings, ...more }))
  const known = { connector: 'staff', username: 'amina' }
  await writeFile(identity, JSON.stringify({ ...known, ...person }))
  const [out, err]: [string[], string[]] = [[], []]
  const output = { out: (l: string) => out.push(l), err: (l: string) => err.push(l) }
  return { code: await explain({ config, identity, json }, {}, output), out, err }
}

test('explain shows each app and site, whether the person may use it, and why not', async () => {
  const { code, out, err } = await explained({ groups: ['staff', 'wiki-admins'] })
  assert.deepEqual([code, err], [0, []], 'an app is enough, without any role')
  assert.deepEqual(out, [
    'RULE  RESULT  REASON',
    '',
    'No grants: this person signs in to a page that says so.',
    '',
    'APP    RESULT   REASON',
    'wiki   allowed  `"staff" in identity.groups` holds',
    'board  allowed  the app has no condition',
    'odd    failed   `identity.attributes.floor[0] == "9"`: the identity has no `floor`',
    '',
    'SITE             RESULT   REASON',
    'intranet         allowed  `"staff" in identity.groups` holds',
    'intranet /admin  refused  `"admins" in identity.groups` does not hold',
  ])
})

test('explain tells a program what each app is told, and nothing of others', async () => {
  const mail = { mail: 'amina@example.com' }
  const staff = { groups: ['staff', 'wiki-admins'], attributes: mail }
  const allowed = JSON.parse((await explained(staff, { json: true })).out.join(''))
  assert.deepEqual(allowed.apps[0].claims, { groups: ['wiki-admins'], email: mail.mail })
  const visitor = { groups: ['visitors', 'wiki-admins'], attributes: mail }
  const refused = JSON.parse((await explained(visitor, { json: true })).out.join(''))
  const reason = '`"staff" in identity.groups` does not hold'
  assert.deepEqual(refused.apps[0], { app: 'wiki', result: 'refused', reason, claims: {} })
  assert.deepEqual(refused.sites[0], { site: 'intranet', result: 'refused', reason, claims: {} })
  assert.deepEqual([refused.sites[1].site, refused.sites[1].path], ['intranet', '/admin'])
})

test('explain exits with 2 where no app, site or role is the person’s', async () => {
  const { wiki, odd } = settings.apps
  const { code, out } = await explained({ username: 'a\u001b[31m' }, { apps: { wiki, odd } })
  assert.equal(code, 2)
  assert.match(out.find((line) => line.startsWith('wiki'))!, /refused .* does not hold$/)
  assert.ok(!out.join('').includes('\u001b'))
  const many = { groups: Array.from({ length: 5000 }, (_, at) => `g${at}`) }
  const { out: capped } = await explained(many, { apps: { board: settings.apps.board } })
  assert.match(capped.find((line) => line.startsWith('board'))!, /^board +failed +.*5000 groups/)
})
