import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { DOMParser } from '@xmldom/xmldom'
import { testFiles } from '../../../src/cli/policy-test/test-files.ts'

const docs = resolve(import.meta.dirname, '../../../docs')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-policy-test-'))
})
after(() => rm(folder, { recursive: true }))

async function run(paths: readonly string[], junit?: string) {
  const out: string[] = []
  const err: string[] = []
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const status = await testFiles(paths, { junit }, process.env, output)
  return { status, out, err }
}

/** Writes a file of tests and runs it. */
async function runText(text: string, junit?: string) {
  const path = join(folder, 'some.yaml')
  await writeFile(path, text)
  return run([path], junit)
}

const reader = `{ Version: '2012-10-17',
    Statement: [{ Sid: Read, Effect: Allow, Action: s3:GetObject, Resource: '*' }] }`

test('the examples of the documentation pass, and the page shows one of them', async () => {
  const examples = globSync(join(docs, 'examples/policy-tests/*.yaml')).sort()
  const { status, out, err } = await run(examples)
  assert.deepEqual(err, [])
  assert.equal(status, 0, out.join('\n'))
  assert.deepEqual(out.slice(0, 2), ['TAP version 14', '1..8'])
  const page = readFileSync(join(docs, 'policy-tools.md'), 'utf8')
  assert.ok(page.includes(readFileSync(join(docs, 'examples/policy-tests/analyst.yaml'), 'utf8')))
})

test('an answer that is not expected is told in TAP and in JUnit, and exits 1', async () => {
  const junit = join(folder, 'report.xml')
  const { status, out } = await runText(
    `policies: [${reader}]
tests:
  - { name: 'a # <b> "&\\u0001', action: [s3:GetObject, s3:PutObject], expect: allow }
  - { name: fine, action: s3:GetObject, expect: allow, by: Read }
  - { name: other Sid, action: s3:GetObject, expect: allow, by: Write }
`.replace('\\u0001', '\\t'),
    junit,
  )
  assert.equal(status, 1)
  const points = out.filter((line) => /^(not )?ok/.test(line))
  assert.match(points[0]!, /^not ok 1 - .*some\.yaml: a \\# <b> "&/)
  assert.match(points[1]!, /^ok 2 - /)
  assert.match(points[2]!, /^not ok 3 - /)
  assert.ok(
    out.includes('    - "implicit-deny: s3:PutObject on *: identity does not allow it"'),
    out.join('\n'),
  )
  const xml = new DOMParser().parseFromString(await readFile(junit, 'utf8'), 'text/xml')
  const [suite] = Array.from(xml.getElementsByTagName('testsuite'))
  assert.equal(suite?.getAttribute('failures'), '2')
  const [first] = Array.from(xml.getElementsByTagName('testcase'))
  assert.match(first?.getAttribute('name') ?? '', /^a # <b> "&/)
  assert.match(first?.textContent ?? '', /s3:PutObject/)
})

test('each layer counts, and a test hides what the file says for all', async () => {
  const deny = reader.replace('Effect: Allow', 'Effect: Deny')
  const { status, out, err } = await runText(
    `policies: [${reader}]
tests:
  - { action: s3:GetObject, policies: [], expect: implicit-deny }
  - { action: s3:GetObject, policies: [${reader}, ${deny}], expect: explicit-deny }
  - { action: s3:GetObject, session: [${deny}], expect: explicit-deny }
  - { action: s3:GetObject, session: [], expect: implicit-deny }
  - { action: s3:GetObject, serviceControl: [[${reader}], []], expect: implicit-deny }
  - { action: s3:GetObject, serviceControl: [[${reader}], [${reader}]], expect: allow }
  - { action: s3:GetObject, resourceControl: [[{ Version: '2012-10-17', Statement: {
      Effect: Deny, Principal: '*', Action: s3:*, Resource: '*' } }]], expect: explicit-deny }
  - { policies: [{ Version: '2012-10-17', Statement: { Effect: Allow, Action: '*',
      Resource: '*' } }], action: sts:AssumeRole,
      resource: 'arn:aws:iam::111122223333:role/R', expect: depends }
  - { action: s3:GetObject, resource: 'arn:aws:iam::999988887777:user/x', expect: implicit-deny }
`,
  )
  assert.equal(status, 0, [...out, ...err].join('\n'))
})

test('what cannot be used is told with its place, and nothing runs', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['tests: []', /some\.yaml:1:8: tests: |some\.yaml:1:8: expected at least 1/],
    ['tests:\n  - { action: s3:GetObject, expect: maybe }', /:2:37: /],
    ['tests:\n  - { actions: s3:GetObject, action: s3:A, expect: deny }', /:2:7: .*actions/],
    [
      'tests:\n  - { action: s3:A, expect: deny, policies: [missing.json] }',
      /missing\.json: no such file/,
    ],
    ['tests:\n  - { action: s3:A, expect: deny, policies: [{ Version: x }] }', /:2:46: /],
    [
      'tests:\n  - { action: s3:A, expect: deny, principal: nobody }',
      /:2:46: `nobody` is no principal/,
    ],
    ['tests:\n  - { action: s3:A, expect: deny, context: { x: y } }', /condition key/],
    ['settings: nothing.yaml\ntests:\n  - { action: s3:A, expect: deny }', /nothing\.yaml/],
    ['tests:\n  - { action: s3:*, expect: deny }', /:2:15: .*one action/],
    ['tests:\n  - { action: s3:A, resource: photos, expect: deny }', /:2:31: .*ARN/],
    ['tests: [', /some\.yaml:1:/],
  ]
  for (const [text, told] of cases) {
    const { status, out, err } = await runText(text)
    assert.equal(status, 2, text)
    assert.deepEqual(out, [], text)
    assert.match(err.join('\n'), told, text)
  }
})

test('a file asks a bounded number of questions', async () => {
  const many = Array.from({ length: 101 }, (_, i) => `s3:A${i}`).join(', ')
  const resources = Array.from({ length: 100 }, (_, i) => `'arn:aws:s3:::b/${i}'`).join(', ')
  const { status, err } = await runText(
    `tests:\n  - { action: [${many}], resource: [${resources}], expect: deny }`,
  )
  assert.equal(status, 2)
  assert.match(err.join('\n'), /at most 10000 questions/)
})
