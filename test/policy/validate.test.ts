import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FindingCode, findingTable, type PolicyKind, validate } from '../../src/policy/index.ts'
import { problemCodes } from '../../src/policy/problem-code.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { statement } from './arbitraries.ts'
import { decisions, documentOf, type Holder, type Written } from './written-policy.ts'
import { runs } from './property-runs.ts'

interface Case {
  readonly code: FindingCode
  readonly kind?: PolicyKind
  readonly holder?: Holder
  readonly with: Written
  readonly without: Written
  /** Where the finding stands. */
  readonly path?: string
}
const { cases } = decisions<{ readonly cases: readonly Case[] }>('findings.json')
const root = join(import.meta.dirname, '../..')
const account = '111122223333'
const reference = await actionReference()

for (const { code, kind = 'identity', holder, with: has, without, path } of cases) {
  test(`${code} is told of a policy that has it, and not of one that has not`, () => {
    const circumstances = { reference, account, ...(holder && { holder }) }
    const found = validate(kind, documentOf(has, kind), circumstances)
    assert.ok(
      found.some((one) => one.code === code && (path === undefined || one.path === path)),
      `told: ${found.map((one) => `${one.code} at ${one.path}`).join(', ')}`,
    )
    const other = validate(kind, documentOf(without, kind), circumstances)
    assert.ok(
      other.every((one) => one.code !== code),
      `${code} is told of the one without`,
    )
    assert.deepEqual(
      other.filter(({ severity }) => severity === 'error').map((one) => `${one.code}: ${one.message}`),
      [],
      'the one without is no policy',
    )
  })
}

test('document-too-long is told of a document that is', () => {
  const text = documentOf({}, 'identity')
  assert.deepEqual(
    validate('identity', text + ' '.repeat(131_072)).map(({ code }) => code),
    ['document-too-long'],
  )
  assert.deepEqual(validate('identity', text + ' '.repeat(1000)), [])
})

test('every finding has a case', () => {
  const had = new Set<string>(['document-too-long', ...cases.map(({ code }) => code)])
  assert.deepEqual(
    [...problemCodes, ...Object.keys(findingTable)].filter((code) => !had.has(code)),
    [],
  )
})

test('a finding stands on its line, with what to do', () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Action": ["s3:GetObject", "s3:GetObjekt"],\n    "Resource": "arn:aws:s3:::photos/*"\n  }\n}'
  assert.deepEqual(validate('identity', text, { reference }), [
    {
      code: 'unknown-action',
      severity: 'error',
      line: 5,
      column: 32,
      path: 'Statement.Action[1]',
      message: 's3 has no action `GetObjekt`: did you mean `GetObject`?',
      advice: findingTable['unknown-action'].advice,
    },
  ])
})

test('the gravest come first', () => {
  const told = validate(
    'identity',
    documentOf([{ Action: '*', Resource: '*', Sid: 'a' }, { Action: 's3:NoSuch' }, { Action: ['s3:GetObject', 's3:GetObject'] }], 'identity'),
    { reference },
  )
  assert.deepEqual([...new Set(told.map(({ severity }) => severity))], ['error', 'security-warning', 'suggestion'])
})

test('without a reference nothing is said about names', () => {
  assert.deepEqual(validate('identity', documentOf({ Action: 'nosuch:Thing' }, 'identity')), [])
})

test('the example trust policies have no error and no security warning', () => {
  const folder = join(root, 'docs/examples/trust')
  for (const file of readdirSync(folder)) {
    const told = validate('trust', readFileSync(join(folder, file), 'utf8'), { reference, account })
    assert.deepEqual(
      told.filter(({ severity }) => severity === 'error' || severity === 'security-warning'),
      [],
      file,
    )
  }
})

test('whatever parses can be validated', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(statement('Allow'), statement('Deny')), { minLength: 1, maxLength: 6 }), (statements) => {
      const told = validate('identity', JSON.stringify({ Version: '2012-10-17', Statement: statements }), { reference, account })
      for (const { line, column, path } of told) assert.ok(line === 1 && column >= 1 && path !== undefined)
    }),
    { numRuns: runs(300) },
  )
})
