import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RevokeAsked, revokeCommand } from '../../src/cli/revoke.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'

const account = '111122223333'
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1' +
  '$iz/BiLSw/in64wTZ/aeF3w$rtH8t1HlydiVhFUpp3NZB8b3yisPK/hkhRGe7aKwIFE'

async function commands() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-revoke-'))
  const [config, sqlite] = [join(folder, 'gatehouse.yaml'), join(folder, 'data', 'gatehouse.db')]
  await writeFile(
    config,
    `
publicUrl: http://localhost:1
store: { sqlite: ${sqlite} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "111122223333": {} }
connectors:
  corp:
    type: file
    label: Corp
    accounts: ["111122223333"]
    people: [{ username: jonas, passwordHash: "${passwordHash}" }]
mappings:
  - name: developers
    grants: [{ role: "arn:aws:iam::111122223333:role/Developer" }]
`,
  )
  const run = async (asked: RevokeAsked) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await revokeCommand(
      config,
      asked,
      {},
      { out: (line) => void out.push(line), err: (line) => void err.push(line) },
    )
    return { code, out, err }
  }
  /** A store with an account, a role, and two providers that the account trusts. */
  const begun = async () => {
    await using store = await openSqliteStore({ path: sqlite, clock: systemClock })
    const common = {
      account,
      createdAt: new Date().toISOString(),
      managedBy: 'config',
      tags: [],
    } as const
    await store.transact(async (tx) => {
      await tx.insert('account', account, 'account', { ...common, partition: 'aws' })
      await tx.insert('role', account, 'developer', {
        ...common,
        id: 'AROA',
        name: 'Developer',
        path: '/',
        inlinePolicies: {},
        attachedPolicies: [],
        trustPolicy: '{}',
        maxSessionDurationSeconds: 3600,
      })
      await tx.insert('oidcProvider', account, 'ci.example.com/Jobs', {
        ...common,
        name: 'ci.example.com/Jobs',
        clientIds: [],
        thumbprints: [],
      })
      await tx.insert('samlProvider', account, 'okta', {
        ...common,
        id: 'x',
        name: 'Okta',
        metadata: '',
        privateKeys: [],
      })
    })
  }
  return {
    folder,
    sqlite,
    run,
    begun,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('where there is no store nothing is revoked, and none is made', async () => {
  await using at = await commands()
  const { code, out, err } = await at.run({ scope: 'everything', target: '' })
  assert.deepEqual([code, out, err.length], [1, [], 1])
  assert.ok(err[0]!.startsWith(`there is no store at \`${at.sqlite}\`: `), err[0])
  assert.deepEqual(await readdir(at.folder), ['gatehouse.yaml'])
})

test('what is not there is revoked all the same, and a warning says so', async () => {
  await using at = await commands()
  await at.begun()
  const nowhere = (id: string) =>
    `there is no connector \`${id}\` in the settings, and no provider of that name in any account`
  for (const [asked, why] of [
    [
      { scope: 'role', target: 'Devloper', account },
      `there is no role \`Devloper\` in account \`${account}\``,
    ],
    [{ scope: 'role', target: 'Devloper' }, 'there is no role `Devloper` in any account'],
    [
      { scope: 'everything', target: '', account: '999999999999' },
      'there is no account `999999999999` in the store',
    ],
    [{ scope: 'username', target: 'crop/jonas' }, nowhere('crop')],
    [{ scope: 'person', target: 'Corp/jonas' }, nowhere('Corp')],
    [{ scope: 'connector', target: 'crop' }, nowhere('crop')],
    [
      { scope: 'rule', target: 'Developers' },
      'there is no mapping rule `Developers` in the settings',
    ],
  ] as const) {
    const { code, out, err } = await at.run(asked)
    assert.deepEqual([code, out.length, err], [0, 1, [`warning: ${why}: check the spelling`]])
  }
})

test('what is there is revoked without a word, in whatever case counts', async () => {
  await using at = await commands()
  await at.begun()
  for (const [scope, target, of] of [
    ['role', 'developer', account],
    ['role', 'Developer', undefined],
    ['username', 'CORP/jonas', undefined],
    ['person', 'corp/jonas', account],
    ['connector', 'corp', undefined],
    ['person', 'ci.example.com/Jobs/repo:x', undefined],
    ['connector', 'ci.example.com/jobs', account],
    ['connector', 'Okta', account],
    ['rule', 'developers', undefined],
    ['rule', 'SAML attribute Role', undefined],
    ['session', `ASIA${'A'.repeat(16)}`, undefined],
    ['everything', '', account],
  ] as const)
    assert.deepEqual(
      (await at.run({ scope, target, ...(of !== undefined && { account: of }) })).err,
      [],
      `${scope} ${target}`,
    )
})
