import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Layers, type Policy, type PolicyKind, parsePolicy } from '../../src/policy/index.ts'
import { hingesOn } from '../../src/policy/might-allow.ts'

const principal = {
  kind: 'user' as const,
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
}
const question = {
  principal,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/a',
  resourceAccount: '111122223333',
  context: new Map([['aws:username', ['bob']]]),
}

function policies(kind: PolicyKind, ...statements: readonly object[]): readonly Policy[] {
  const parsed = parsePolicy(
    kind,
    kind,
    JSON.stringify({
      Version: '2012-10-17',
      Statement: statements.map((one) => ({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: '*',
        ...one,
      })),
    }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return [parsed.policy]
}
const when = (key: string) => ({ Condition: { StringEquals: { [key]: 'x' } } })
const named = { Principal: { AWS: principal.arn } }
const hinges = (layers: Partial<Layers>) => hingesOn(question, { identity: [], ...layers })

test('the keys of all allows of a layer, sorted, where none applies yet', () => {
  assert.deepEqual(
    hinges({
      identity: policies('identity', when('aws:SourceVpc'), when('aws:PrincipalTag/team'), {
        Action: 'ec2:*',
        ...when('aws:SourceVpce'),
      }),
    }),
    ['aws:principaltag/team', 'aws:sourcevpc'],
  )
})

test('a layer that allows already hinges on nothing', () => {
  const boundary = policies('boundary', when('aws:SourceVpc'))
  assert.deepEqual(
    hinges({ identity: policies('identity', {}, when('aws:PrincipalTag/team')), boundary }),
    ['aws:sourcevpc'],
  )
})

test('a key that is there with another value is none that is absent', () => {
  assert.equal(
    hinges({
      identity: policies('identity', { Condition: { StringEquals: { 'aws:username': 'eve' } } }),
    }),
    undefined,
  )
})

test('one of several statements of the resource opens it, without the identity policy', () => {
  const resource = policies(
    'resource',
    { Principal: { AWS: 'arn:aws:iam::111122223333:user/eve' } },
    { ...named, ...when('aws:SourceVpc') },
  )
  assert.deepEqual(hinges({ resource }), ['aws:sourcevpc'])
  assert.equal(
    hinges({
      resource: policies('resource', {
        Principal: { AWS: 'arn:aws:iam::111122223333:user/eve' },
        ...when('aws:SourceVpc'),
      }),
    }),
    undefined,
  )
})

test('a deny hinges on what it lacks, and one that lacks nothing stays', () => {
  const allowed = {}
  assert.deepEqual(
    hinges({
      identity: policies('identity', allowed, {
        Effect: 'Deny',
        Condition: { StringNotEquals: { 'aws:SourceVpc': 'x' } },
      }),
    }),
    ['aws:sourcevpc'],
  )
  assert.equal(hinges({ identity: policies('identity', allowed, { Effect: 'Deny' }) }), undefined)
})
