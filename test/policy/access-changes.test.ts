import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accessChanges, decide, layersOf, parsePolicy } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { statement } from './arbitraries.ts'
import { runs } from './property-runs.ts'

const reference = await actionReference()
const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | readonly string[], Resource = 'arn:aws:s3:::a/*', more = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const changed = (before: string | undefined, after: string | undefined) =>
  accessChanges('identity', before, after, { reference })
const told = (before: string | undefined, after: string | undefined) => {
  const { changes, complete } = changed(before, after)
  return {
    complete,
    changes: changes.map(({ statement: at, action, witness }) => [at, action, witness.action]),
  }
}

test('each action that is new has a witness, and the others have none', () => {
  const before = document(allow('s3:GetObject'))
  const after = document(allow(['s3:GetObject', 's3:DeleteObject']), allow('sqs:SendMessage', '*'))
  assert.deepEqual(told(before, after), {
    complete: true,
    changes: [
      [0, 's3:DeleteObject', 's3:DeleteObject'],
      [1, 'sqs:SendMessage', 'sqs:SendMessage'],
    ],
  })
  assert.deepEqual(told(after, before), { complete: true, changes: [] })
})

test('a wildcard is told by an action that it stands for', () => {
  const { changes } = changed(document(allow('s3:GetObject')), document(allow('s3:Get*')))
  assert.equal(changes.length, 1)
  assert.match(changes[0]!.witness.action, /^s3:Get(?!Object$)/)
})

test('a condition that is gone is told by a request that does not meet it', () => {
  const from = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }
  const before = document(allow('s3:GetObject', '*', { Condition: from }))
  const { changes } = changed(before, document(allow('s3:GetObject', '*')))
  assert.equal(changes.length, 1)
  assert.notEqual(changes[0]!.witness.context.get('aws:sourceip')?.[0], '203.0.113.0')
})

test('a Deny that is gone is told by what is allowed then', () => {
  const deny = { ...allow('s3:DeleteObject'), Effect: 'Deny' }
  const before = document(allow('s3:*'), deny)
  assert.deepEqual(told(before, document(allow('s3:*'))).changes, [[0, 's3:*', 's3:DeleteObject']])
})

test('an absent document allows nothing, and so does one that is no policy', () => {
  const some = document(allow('s3:GetObject'))
  assert.equal(changed(undefined, some).changes.length, 1)
  assert.equal(changed('[]', some).changes.length, 1)
  assert.deepEqual(changed(some, undefined), { changes: [], complete: true })
  assert.deepEqual(changed(some, 'x'), { changes: [], complete: true })
})

test('hundreds of actions are not all told, and that is said', () => {
  const many = Array.from({ length: 200 }, (_, i) => `svc${i}:Do`)
  const { changes, complete } = changed(undefined, document(allow(many, '*')))
  assert.equal(changes.length, 25)
  assert.equal(complete, false)
})

test('each witness is allowed by the later version and not by the earlier', () => {
  const some = fc.array(fc.oneof(statement('Allow'), statement('Deny')), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(some, some, (one, other) => {
      const [before, after] = [document(...one), document(...other)]
      const effect = (text: string, question: Parameters<typeof decide>[0]) => {
        const read = parsePolicy('identity', '', text)
        return read.ok ? decide(question, layersOf('identity', [read.policy])).effect : 'none'
      }
      for (const { witness } of changed(before, after).changes) {
        assert.equal(effect(after, witness), 'allow')
        assert.notEqual(effect(before, witness), 'allow')
      }
    }),
    { numRuns: runs(100) },
  )
})
