import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { explain } from '../../src/cli/explain.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { RecordKinds } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'

const demo = resolve(import.meta.dirname, '../../config/demo/gatehouse.yaml')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
})
after(() => rm(folder, { recursive: true }))

async function written(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}
async function run(
  command: (output: {
    out: (line: string) => void
    err: (line: string) => void
  }) => Promise<number>,
) {
  const out: string[] = []
  const err: string[] = []
  const code = await command({ out: (line) => out.push(line), err: (line) => err.push(line) })
  return { code, out, err }
}

test('check says that a good file is fit, and how much is in it', async () => {
  const { code, out, err } = await run((output) => check(demo, {}, output))
  assert.deepEqual([code, err], [0, []])
  assert.deepEqual(out, [
    `${demo} is fit to serve: 1 account, 3 roles, 1 connector, 3 mapping rules`,
  ])
})

test('check fails for what the API made and the file names, and only reads the store', async () => {
  const sqlite = join(folder, 'kept.db')
  const path = await written(
    'kept.yaml',
    JSON.stringify({
      publicUrl: 'http://localhost:1',
      store: { sqlite },
      keys: { rootKey: { file: join(folder, 'kept.key') } },
      audit: { file: join(folder, 'kept.jsonl') },
      connectors: {},
      mappings: [],
      accounts: { '111122223333': { users: { Ann: {}, Ben: {} } } },
    }),
  )
  assert.equal((await run((output) => check(path, {}, output))).code, 0)
  {
    await using store = await openSqliteStore({ path: sqlite, clock: systemClock })
    const lists = { groups: [], attachedPolicies: [], tags: [] }
    const record = { managedBy: 'api', name: 'Ann', path: '/', ...lists }
    await store.transact((tx) =>
      tx.insert('user', '111122223333', 'ann', record as unknown as RecordKinds['user']),
    )
  }
  const before = await stat(sqlite)
  const { code, err } = await run((output) => check(path, {}, output))
  assert.equal(code, 1)
  assert.deepEqual(err, [
    `${path}: user \`ann\` of account 111122223333 was made through the API and stays as it is: ` +
      'remove it there, or from the file',
    `1 problem of ${path} with its store`,
  ])
  assert.equal((await stat(sqlite)).mtimeMs, before.mtimeMs)
})

test('check tells every problem and answers 1', async () => {
  const path = await written(
    'wrong.yaml',
    'listn: {}\npublicUrl: https://x.example\nstore: { sqlite: x }\n' +
      'keys: { rootKey: { file: x } }\naudit: { file: x }\naccounts: { "12": {} }\n',
  )
  const { code, out, err } = await run((output) => check(path, {}, output))
  assert.deepEqual([code, out], [1, []])
  assert.deepEqual(err, [
    `${path}:1:1: listn: unknown key \`listn\`: did you mean \`listen\`?`,
    `${path}:6:13: accounts.12: found \`12\`: expected 12 digits, in quotes`,
    `2 problems in ${path}`,
  ])
})

test('explain prints each rule with its reason, then the grants', async () => {
  const identity = await written(
    'amina.yaml',
    '{ connector: staff, username: amina, groups: [developers], attributes: { team: platform } }',
  )
  const { code, out, err } = await run((output) =>
    explain({ config: demo, identity: identity }, {}, output),
  )
  assert.deepEqual([code, err], [0, []])
  assert.deepEqual(out, [
    'RULE                RESULT       REASON',
    'developers          granted      `"developers" in identity.groups` holds',
    'auditors            not-matched  `"auditors" in identity.groups` does not hold',
    'billing for admins  not-matched  `"admins" in identity.groups` does not hold',
    '',
    'arn:aws:iam::111122223333:role/Developer',
    '  rule             developers',
    '  session name     amina',
    '  tags             team=platform (transitive)',
    '  source identity  amina',
    '  at most          8h',
    '',
    "A mapping proposes: the role's trust policy decides.",
  ])
})

test('explain exits with 2 without grants, and prints no control characters', async () => {
  const identity = await written(
    'odd.json',
    JSON.stringify({
      connector: 'elsewhere',
      username: 'a\u001b[31m',
      groups: ['developers'],
      attributes: { team: ['x'] },
    }),
  )
  const { code, out, err } = await run((output) =>
    explain({ config: demo, identity: identity }, {}, output),
  )
  assert.equal(code, 2)
  assert.match(err[0]!, /no connector `elsewhere`/)
  assert.match(out[1]!, /^developers +denied +the session name has characters outside/)
  assert.ok(![...out, ...err].join('').includes('\u001b'))
})

test('explain tells what is wrong with an identity', async () => {
  const identity = await written(
    'wrong-identity.yaml',
    'connector: staff\nuser: amina\nstrength: pasword\n',
  )
  const { code, err } = await run((output) =>
    explain({ config: demo, identity: identity }, {}, output),
  )
  assert.equal(code, 1)
  assert.deepEqual(err, [
    `${identity}:1:1: \`username\` is missing: expected a text`,
    `${identity}:3:11: expected \`password\`, \`multi-factor\` or \`hardware\`, found ` +
      `\`pasword\`: did you mean \`password\`?`,
    `${identity}:2:1: unknown key \`user\`: expected one of connector, protocol, subject, ` +
      'username, displayName, attributes, groups, authenticatedAt, strength',
  ])
  const gone = await run((output) =>
    explain({ config: demo, identity: join(folder, 'none.yaml') }, {}, output),
  )
  assert.deepEqual([gone.code, gone.err], [1, [`${join(folder, 'none.yaml')}: no such file`]])
})

test("the demo's sample identity gets a role", async () => {
  const sample = resolve(import.meta.dirname, '../../config/demo/identity.yaml')
  const { code, out } = await run((output) =>
    explain({ config: demo, identity: sample }, {}, output),
  )
  assert.equal(code, 0)
  assert.ok(
    out.some((line) => /^developers +granted/.test(line)),
    out.join('\n'),
  )
})
