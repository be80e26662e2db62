import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Finding, mended, type PolicyKind, validate } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { statement } from './arbitraries.ts'
import { runs } from './property-runs.ts'
import { decisions, documentOf, type Holder, type Written } from './written-policy.ts'

const reference = await actionReference()
const circumstances = { reference, account: '111122223333' }
const { cases } = decisions<{
  readonly cases: readonly {
    readonly code: string
    readonly kind?: PolicyKind
    readonly holder?: Holder
    readonly with: Written
  }[]
}>('findings.json')

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)
const sample = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }
const findingsOf = (text: string) => validate('identity', text, circumstances)
const mendedBy = (text: string, code: string) => {
  const found = findingsOf(text).find((one) => one.code === code)
  assert.ok(found?.mend, `${code} is told with a mend`)
  return mended(text, found.mend)
}

test('a mend changes one part and leaves the rest as it is written', () => {
  const told: readonly (readonly [code: string, before: object, after: object])[] = [
    ['action-spelling', { Action: 's3:getobject' }, { Action: 's3:GetObject' }],
    ['unknown-action', { Action: 's3:GetObjet' }, { Action: 's3:GetObject' }],
    ['unknown-service', { Action: 's33:GetObject' }, { Action: 's3:GetObject' }],
    [
      'duplicate-action',
      { Action: ['s3:GetObject', 's3:PutObject', 's3:GetObject'] },
      { Action: ['s3:GetObject', 's3:PutObject'] },
    ],
    [
      'redundant-action',
      { Action: ['s3:GetObject', 's3:Get*', 's3:PutObject'] },
      { Action: ['s3:Get*', 's3:PutObject'] },
    ],
    [
      'region-in-arn',
      { Resource: 'arn:aws:s3:eu-central-1::photos/${aws:username}/*' },
      { Resource: 'arn:aws:s3:::photos/${aws:username}/*' },
    ],
    [
      'literal-wildcard',
      { Condition: { StringEquals: { 'aws:username': ['a*', 'b'] } } },
      { Condition: { StringLike: { 'aws:username': ['a*', 'b'] } } },
    ],
    [
      'unknown-key',
      { Condition: { StringEquals: { 'aws:usernam': 'a' } } },
      { Condition: { StringEquals: { 'aws:username': 'a' } } },
    ],
    [
      'empty-condition',
      { Condition: { StringEquals: {}, Bool: { 'aws:SecureTransport': 'true' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    ],
  ]
  for (const [code, before, after] of told)
    assert.equal(
      mendedBy(document({ ...sample, ...before }), code),
      document({ ...sample, ...after }),
      code,
    )
})

test('the newest Version is written in front, or in place of the old one', () => {
  const text = `{\n  "Statement": ${JSON.stringify(sample)}\n}`
  assert.equal(
    mendedBy(text, 'version-missing'),
    `{\n  "Version": "2012-10-17",\n  "Statement": ${JSON.stringify(sample)}\n}`,
  )
  const old = JSON.stringify({ Version: '2008-10-17', Statement: sample })
  assert.equal(mendedBy(old, 'version-of-2008'), old.replace('2008', '2012'))
})

test('an operator keeps its name where another key stands below it, or the other operator', () => {
  const both = { StringEquals: { 'aws:username': 'a*', 'aws:userid': 'b' } }
  const taken = { StringEquals: { 'aws:username': 'a*' }, StringLike: { 'aws:userid': 'b' } }
  for (const Condition of [both, taken]) {
    const found = findingsOf(document({ ...sample, Condition })).find(
      ({ code }) => code === 'literal-wildcard',
    )
    assert.ok(found)
    assert.equal(found.mend, undefined)
  }
})

/** How often the same finding is told, wherever it stands. */
const count = (findings: readonly Finding[], code: string) =>
  findings.filter((one) => one.code === code).length

test('each mend of every finding ends it, and brings no error', () => {
  let seen = 0
  for (const { kind = 'identity', holder, with: written } of cases) {
    const all = { ...circumstances, ...(holder && { holder }) }
    const text = documentOf(written, kind)
    const before = validate(kind, text, all)
    for (const { code, mend } of before) {
      if (!mend) continue
      seen++
      const after = validate(kind, mended(text, mend), all)
      assert.ok(count(after, code) < count(before, code), `${code} after “${mend.words}”: ${text}`)
      const errors = (findings: readonly Finding[]) =>
        findings.filter(({ severity }) => severity === 'error').length
      assert.ok(errors(after) <= errors(before), `${code}: ${text}`)
    }
  }
  assert.ok(seen > 30, `${seen} mends were tried`)
})

test('a mend of any policy leaves JSON, and everything but its own part', () => {
  fc.assert(
    fc.property(fc.array(statement('Allow'), { minLength: 1, maxLength: 4 }), (Statement) => {
      const text = JSON.stringify({ Version: '2012-10-17', Statement }, null, 1)
      for (const { mend } of findingsOf(text)) {
        if (!mend) continue
        const after = mended(text, mend)
        assert.doesNotThrow(() => JSON.parse(after), after)
        assert.equal(after.slice(0, mend.from), text.slice(0, mend.from))
        assert.equal(after.slice(mend.from + mend.insert.length), text.slice(mend.to))
      }
    }),
    { numRuns: runs(200) },
  )
})
