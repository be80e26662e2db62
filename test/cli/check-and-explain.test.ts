import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { explain } from '../../src/cli/explain.ts'

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
async function run(command: (output: { out: (line: string) => void; err: (line: string) => void }) => Promise<number>) {
  const out: string[] = []
  const err: string[] = []
  const code = await command({ out: (line) => out.push(line), err: (line) => err.push(line) })
  return { code, out, err }
}

test('check says that a good file is fit, and how much is in it', async () => {
  const { code, out, err } = await run((output) => check(demo, {}, output))
  assert.deepEqual([code, err], [0, []])
  assert.deepEqual(out, [`${demo} is fit to serve: 1 account, 3 roles, 1 connector, 3 mapping rules`])
})

test('check tells every problem and answers 1', async () => {
  const path = await written('wrong.yaml', 'listn: {}\npublicUrl: https://x.example\nstore: { sqlite: x }\nkeys: { rootKey: { file: x } }\naudit: { file: x }\naccounts: { "12": {} }\n')
  const { code, out, err } = await run((output) => check(path, {}, output))
  assert.deepEqual([code, out], [1, []])
  assert.deepEqual(err, [
    `${path}:1:1: listn: unknown key \`listn\`: did you mean \`listen\`?`,
    `${path}:6:13: accounts.12: found \`12\`: expected 12 digits, in quotes`,
    `2 problems in ${path}`,
  ])
})

test('explain prints each rule with its reason, then the grants', async () => {
  const identity = await written('amina.yaml', '{ connector: staff, username: amina, groups: [developers], attributes: { team: platform } }')
  const { code, out, err } = await run((output) => explain(demo, identity, {}, output))
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

test('explain answers 2 without grants, and shows no control character of an identity', async () => {
  const identity = await written('odd.json', JSON.stringify({ connector: 'elsewhere', username: 'a\u001b[31m', groups: ['developers'], attributes: { team: ['x'] } }))
  const { code, out, err } = await run((output) => explain(demo, identity, {}, output))
  assert.equal(code, 2)
  assert.match(err[0]!, /no connector `elsewhere`/)
  assert.match(out[1]!, /^developers +denied +the session name has characters outside/)
  assert.ok(![...out, ...err].join('').includes('\u001b'))
})

test('explain tells what is wrong with an identity', async () => {
  const identity = await written('wrong-identity.yaml', 'connector: staff\nuser: amina\nstrength: pasword\n')
  const { code, err } = await run((output) => explain(demo, identity, {}, output))
  assert.equal(code, 1)
  assert.deepEqual(err, [
    `${identity}:1:1: \`username\` is missing: expected a text`,
    `${identity}:3:11: expected \`password\`, \`multi-factor\` or \`hardware\`, found \`pasword\`: did you mean \`password\`?`,
    `${identity}:2:1: unknown key \`user\`: expected one of connector, protocol, subject, username, displayName, attributes, groups, authenticatedAt, strength`,
  ])
  const gone = await run((output) => explain(demo, join(folder, 'none.yaml'), {}, output))
  assert.deepEqual([gone.code, gone.err], [1, [`${join(folder, 'none.yaml')}: cannot be read: ENOENT`]])
})

test('the demo\'s sample identity gets a role', async () => {
  const { code, out } = await run((output) => explain(demo, resolve(import.meta.dirname, '../../config/demo/identity.yaml'), {}, output))
  assert.equal(code, 0)
  assert.ok(out.some((line) => /^developers +granted/.test(line)), out.join('\n'))
})
