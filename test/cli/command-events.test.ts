import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildRegisteredApps } from '../../src/apps/registered-apps.ts'
import { accountsCommand } from '../../src/cli/accounts.ts'
import { appsCommand } from '../../src/cli/apps.ts'
import { samlKeys } from '../../src/cli/connector/saml/keys.ts'
import { keysCommand } from '../../src/cli/keys.ts'
import { revokeCommand } from '../../src/cli/revoke.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'

interface Left {
  readonly eventName: string
  readonly userAgent: string
  readonly sourceIPAddress: string
  readonly userIdentity: object
  readonly requestParameters: Readonly<Record<string, string>>
}

let folder: string
let config: string
const env = { SUDO_USER: 'amina' }
const openStore = () => openSqliteStore({ path: join(folder, 'gatehouse.db'), clock: systemClock })

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-commands-'))
  config = join(folder, 'gatehouse.yaml')
  const settings = {
    publicUrl: 'http://localhost:1',
    store: { sqlite: join(folder, 'gatehouse.db') },
    keys: { rootKey: { file: join(folder, 'root.key') } },
    audit: { file: join(folder, 'audit.jsonl') },
    accounts: { '111122223333': {} },
    registration: { enabled: true, when: 'true' },
  }
  await writeFile(config, JSON.stringify(settings))
  await using store = await openStore()
  const { documents } = store
  const apps = buildRegisteredApps({ documents, clock: systemClock, ids: new Ids() })
  const { token } = await apps.invite()
  const app = { name: 'New', type: 'web', redirectUris: [], signing: 'RS256' } as const
  const registeredAt = systemClock.now().toISOString()
  await apps.register(token, 'dyn.new', { ...app, refreshTokens: false, registeredAt }, 5)
})
after(() => rm(folder, { recursive: true }))

/** What a command prints, and the events that it left for the trail. */
async function events(run: (output: { out: (l: string) => void; err: () => void }) => unknown) {
  const printed: string[] = []
  const until = new Date(systemClock.now().getTime() + 60_000)
  await using store = await openStore()
  const waiting = (after: number) => store.outbox.waiting({ until, after, limit: 100 })
  const last = (await waiting(0)).at(-1)?.id ?? 0
  await run({ out: (line) => printed.push(line), err: () => {} })
  return { printed, left: (await waiting(last)).map(({ text }) => JSON.parse(text) as Left) }
}

test('each change by a command is an event that says who made it, where and what', async () => {
  const revoked = { scope: 'username', target: 'corp/amina', account: '111122223333' }
  const rotated = await events((output) => keysCommand({ config, verb: 'rotate' }, env, output))
  const [, ring] = rotated.printed.map((line) => line.split(/ {2,}/)[1])
  const invited = await events((output) => appsCommand({ config, verb: 'invite' }, env, output))
  const opening = { config, verb: 'open', id: '444455556666', alias: 'staging' } as const
  const opened = await events((output) => accountsCommand(opening, env, output))
  const all = [
    ...rotated.left,
    ...(await events((o) => keysCommand({ config, verb: 'retire', id: ring }, env, o))).left,
    ...invited.left,
    ...(await events((o) => appsCommand({ config, verb: 'remove', id: 'dyn.new' }, env, o))).left,
    ...(await events((output) => revokeCommand(config, revoked, env, output))).left,
    ...opened.left,
    ...(await events((o) => accountsCommand({ config, verb: 'close', id: '444455556666' }, env, o)))
      .left,
  ]
  assert.deepEqual(
    all.map(({ eventName, userAgent }) => [eventName, userAgent]),
    [
      ['RotateKeys', 'gatehouse keys rotate'],
      ['RetireKey', 'gatehouse keys retire'],
      ['AppInvitation', 'gatehouse apps invite'],
      ['AppRemoval', 'gatehouse apps remove'],
      ['RevokeSessions', 'gatehouse revoke'],
      ['OpenAccount', 'gatehouse accounts open'],
      ['CloseAccount', 'gatehouse accounts close'],
    ],
  )
  const who = { type: 'OperatingSystemUser', userName: userInfo().username, sudoUser: 'amina' }
  for (const { userIdentity, sourceIPAddress } of all)
    assert.deepEqual([userIdentity, sourceIPAddress], [who, hostname()])
  const [, retired, , removed, ended, account, closed] = all.map(
    ({ requestParameters }) => requestParameters,
  )
  assert.deepEqual([retired, removed], [{ key: ring }, { app: 'dyn.new' }])
  assert.deepEqual([ended!.scope, ended!.target], ['username', 'corp/amina'])
  const [keyId, secret] = opened.printed.slice(1).map((line) => line.split('=')[1])
  const named = { accountId: '444455556666', partition: 'aws', alias: 'staging' }
  assert.deepEqual(account, { ...named, rootAccessKeyId: keyId })
  assert.deepEqual(closed, { accountId: '444455556666' })
  for (const hidden of [invited.printed[0], secret])
    assert.ok(hidden && !JSON.stringify(all).includes(hidden), 'it is a secret')
})

test('what shows or changes nothing leaves no event', async () => {
  const id = 'nothing'
  const wrong = { scope: 'role', target: '*' }
  for (const run of [
    (o) => appsCommand({ config, verb: 'list' }, env, o),
    (o) => appsCommand({ config, verb: 'remove', id }, env, o),
    (o) => keysCommand({ config, verb: 'list' }, env, o),
    (o) => keysCommand({ config, verb: 'retire', id }, env, o),
    (o) => revokeCommand(config, wrong, env, o),
    (o) => samlKeys({ config, verb: 'rotate', id }, env, o),
    (o) => accountsCommand({ config, verb: 'list' }, env, o),
    (o) => accountsCommand({ config, verb: 'open', id: '111122223333' }, env, o),
    (o) => accountsCommand({ config, verb: 'close', id }, env, o),
  ] satisfies Parameters<typeof events>[0][])
    assert.deepEqual((await events(run)).left, [])
})
