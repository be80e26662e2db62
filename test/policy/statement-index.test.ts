import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide, type Policy, parsePolicy, type Question } from '../../src/policy/index.ts'
import { layerOf } from '../../src/policy/layer.ts'
import { runs } from './property-runs.ts'
import type { StatementDocument } from './reference-evaluator.ts'
import { referenceDecide } from './reference-evaluator.ts'

const principal = {
  kind: 'user' as const,
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
}

function policyOf(id: string, statements: readonly StatementDocument[]): Policy {
  const parsed = parsePolicy(
    'identity',
    id,
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}

const letters = fc.constantFrom('a', 'b', 'c', '/', '-', 'ä', '😀')
const text = fc.array(letters, { maxLength: 9 }).map((list) => list.join(''))
const glob = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: letters },
      { weight: 1, arbitrary: fc.constantFrom('*', '?') },
    ),
    { maxLength: 9 },
  )
  .map((list) => list.join(''))
const variable = fc.constantFrom('', '', '', '${aws:username}')
const resource = fc
  .tuple(glob, variable, glob)
  .map(([before, middle, after]) => `arn:aws:s3:::${before}${middle}${after}`)

/**
 * Statements of shapes that the indexes tell apart: by resource, by the value of a key, by shared
 * tests.
 */
const statement: fc.Arbitrary<StatementDocument> = fc.oneof(
  fc
    .array(resource, { minLength: 1, maxLength: 2 })
    .map((Resource) => ({ Effect: 'Allow' as const, Action: 's3:*', Resource })),
  fc
    .tuple(
      fc.constantFrom('StringLike', 'StringEquals'),
      fc.array(glob, { minLength: 1, maxLength: 2 }),
    )
    .map(([operator, values]) => ({
      Effect: 'Allow' as const,
      Action: 's3:*',
      Resource: '*',
      Condition: { [operator]: { 'aws:PrincipalTag/x': values } },
    })),
  fc.tuple(resource, glob).map(([NotResource, value]) => ({
    Effect: 'Allow' as const,
    Action: 's3:*',
    NotResource: ['arn:aws:s3:::*', NotResource],
    Condition: { StringNotLike: { 'aws:PrincipalTag/x': value } },
  })),
  fc
    .tuple(
      fc.constantFrom('arn:aws:s3:::a*', 'arn:aws:s3:::*b', 'arn:aws:s3:::*'),
      fc.constantFrom('a*', '*', '*b'),
    )
    .map(([NotResource, value]) => ({
      Effect: 'Allow' as const,
      Action: 's3:*',
      NotResource,
      Condition: { StringNotLike: { 'aws:PrincipalTag/x': value } },
    })),
)

test('an index leaves nothing out and lets nothing in', () => {
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 9, maxLength: 60 }),
      fc.array(fc.tuple(text, text), { minLength: 10, maxLength: 10 }),
      (statements, asked) => {
        const policy = policyOf('many', statements)
        for (const [name, value] of asked) {
          const question: Question = {
            principal,
            action: 's3:GetObject',
            resource: `arn:aws:s3:::${name}`,
            context: new Map([
              ['aws:principaltag/x', [value]],
              ['aws:username', ['b/a']],
            ]),
          }
          const expected = referenceDecide(question, {
            identity: [{ Version: '2012-10-17', Statement: statements }],
          })
          assert.equal(decide(question, { identity: [policy] }).effect, expected)
        }
      },
    ),
    { numRuns: runs(400) },
  )
})

test('each of many statements is found by a resource of its own', () => {
  const shapes: Readonly<Record<string, (i: number) => string>> = {
    exact: (i) => `arn:aws:s3:::bucket/${i}`,
    prefix: (i) => `arn:aws:s3:::bucket-${i}/*`,
    suffix: (i) => `arn:aws:s3:::*-${i}-end`,
    middle: (i) => `arn:aws:s3:::*-${i}-*`,
    region: (i) => `arn:aws:sns:*:111122223333:topic-${i}-*`,
  }
  for (const [shape, pattern] of Object.entries(shapes)) {
    const policies = Array.from({ length: 20 }, (_, p) =>
      policyOf(
        `p${p}`,
        Array.from({ length: 25 }, (_, i) => ({
          Sid: `s${p * 25 + i}`,
          Effect: 'Allow' as const,
          Action: '*',
          Resource: pattern(p * 25 + i),
        })),
      ),
    )
    for (let i = 0; i < 500; i += 7) {
      const decision = decide(
        {
          principal,
          action: 's3:GetObject',
          resource: pattern(i).replaceAll('*', 'x'),
          context: new Map(),
        },
        { identity: policies },
      )
      assert.equal(decision.because[0]?.sid, `s${i}`, shape)
    }
  }
})

test('the same policies in the same order are one layer, whoever lists them', () => {
  const [a, b] = [
    policyOf('a', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]),
    policyOf('b', [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }]),
  ]
  assert.equal(layerOf([a, b]), layerOf([a, b]))
  assert.notEqual(layerOf([a, b]), layerOf([b, a]))
  assert.notEqual(layerOf([a, b]), layerOf([a]))
})

test('a list that changed is another layer', () => {
  const list = [policyOf('a', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])]
  const question = {
    principal,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::x',
    context: new Map(),
  }
  assert.equal(decide(question, { identity: list }).effect, 'allow')
  list.push(policyOf('b', [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }]))
  assert.equal(decide(question, { identity: list }).effect, 'explicit-deny')
  const long = Array.from({ length: 40 }, (_, i) =>
    policyOf(`p${i}`, [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]),
  )
  assert.equal(decide(question, { identity: long }).effect, 'allow')
  long.push(list[1]!)
  assert.equal(decide(question, { identity: long }).effect, 'explicit-deny')
})

test("actions that the same statements cover share an index; strangers' do not pile up", () => {
  const statements = Array.from(
    { length: 20 },
    (_, i): StatementDocument => ({
      Effect: 'Allow',
      Action: ['s3:Get*', `ec2:Run${i}`],
      Resource: `arn:aws:s3:::b-${i}/*`,
    }),
  )
  const layer = layerOf([policyOf('a', statements)])
  assert.equal(layer.candidates('s3:GetObject').allow, layer.candidates('S3:GETACL').allow)
  assert.notEqual(layer.candidates('s3:GetObject').allow, layer.candidates('ec2:Run7').allow)
  const before = layer.candidates('s3:GetObject')
  for (let i = 0; i < 2000; i++) assert.equal(layer.candidates(`s3:Get${i}`).allow, before.allow)
  assert.deepEqual(layer.candidates('s3:Put').statements, [])
})
