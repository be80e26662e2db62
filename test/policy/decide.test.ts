import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decide,
  explain,
  type Policy,
  type PolicyKind,
  parsePolicy,
} from '../../src/policy/index.ts'

const account = '111122223333'
const principal = { kind: 'user' as const, arn: `arn:aws:iam::${account}:user/ada`, account }
const asked = {
  principal,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/cat.jpg',
  resourceAccount: account,
  context: new Map(),
}

function policy(kind: PolicyKind, ...statements: readonly object[]): readonly Policy[] {
  const parsed = parsePolicy(
    kind,
    kind,
    JSON.stringify({
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', Action: '*', ...one })),
    }),
  )
  assert.ok(parsed.ok)
  return [parsed.policy]
}

test('an allow names a statement of each layer that it took', () => {
  const resource = policy('resource', { Principal: { AWS: account }, Resource: '*' })
  const [identity, boundary, session] = (['identity', 'boundary', 'session'] as const).map((kind) =>
    policy(kind, { Resource: '*' }),
  )
  const decision = decide(asked, {
    identity: identity ?? [],
    resource,
    boundary: boundary ?? [],
    session: [session ?? []],
  })
  assert.equal(decision.effect, 'allow')
  assert.deepEqual(
    decision.because.map(({ policy: id }) => id),
    ['resource', 'identity', 'boundary', 'session'],
  )
})

test('the resource policy is named by the statement that names most directly', () => {
  const statements = [
    { Principal: { AWS: `arn:aws:iam::${account}:root` } },
    { Principal: { AWS: principal.arn } },
    { Principal: { AWS: account } },
  ].map((one) => ({ Effect: 'Allow', Action: 's3:*', Resource: '*', ...one }))
  const parsed = parsePolicy(
    'resource',
    'resource',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok)
  assert.deepEqual(
    decide(asked, { identity: [], resource: [parsed.policy] }).because.map(
      ({ statement }) => statement,
    ),
    [1],
  )
})

test('keys that a trust policy looks at are told missing, though it names no resource', () => {
  const trust = policy('trust', {
    Principal: { AWS: account },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
  })
  const decision = decide(
    { ...asked, action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/a` },
    { identity: [], trust },
  )
  assert.deepEqual(
    [decision.effect, decision.blockedBy, decision.missingContext],
    ['implicit-deny', 'trust', ['sts:externalid']],
  )
})

test('a Deny that looks at an absent key tells the key', () => {
  const denied = policy(
    'identity',
    { Action: 's3:*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: 's3:*',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  )
  const question = { ...asked, action: 's3:GetObject', context: new Map() }
  const layers = { identity: denied }
  assert.deepEqual(decide(question, layers).effect, 'explicit-deny')
  assert.deepEqual(decide(question, layers).missingContext, ['aws:multifactorauthpresent'])
  assert.deepEqual(explain(question, layers).missingContext, ['aws:multifactorauthpresent'])
  const without = new Map([['aws:multifactorauthpresent', ['false']]])
  assert.deepEqual(decide({ ...question, context: without }, layers).missingContext, [])
})
