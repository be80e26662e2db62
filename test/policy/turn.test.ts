import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decide,
  type Layers,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type Turn,
  turnsOf,
} from '../../src/policy/index.ts'

const principal = {
  kind: 'user',
  arn: 'arn:aws:iam::111122223333:user/ada',
  account: '111122223333',
  userArn: 'arn:aws:iam::111122223333:user/ada',
} as const
const resource = 'arn:aws:s3:::photos/a'

const documents = new Map<Policy, string>()
function policy(kind: PolicyKind, id: string, ...Statement: readonly object[]): Policy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement })
  const parsed = parsePolicy(kind, id, text)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  documents.set(parsed.policy, text)
  return parsed.policy
}
const read = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: 'arn:aws:s3:::photos/*',
}
const all = { Effect: 'Allow', Action: '*', Resource: '*' }

function turns(
  action: string,
  layers: Layers,
  context: Record<string, string> = {},
): readonly Turn[] {
  const keys = new Map(Object.entries(context).map(([key, value]) => [key, [value]]))
  const question = { principal, action, resource, resourceAccount: '111122223333', context: keys }
  assert.notEqual(decide(question, layers).effect, 'allow')
  return turnsOf(question, layers, documents)
}
const how = ([turn = []]: readonly Turn[]) =>
  turn.map((step) => (step.step === 'value' ? `${step.key}=${step.values}` : step.how))

test('the nearest statement gets the action that it lacks, or the resource', () => {
  const found = turns('s3:PutObject', { identity: [policy('identity', 'P', read)] })
  assert.deepEqual(how(found), ['add-action'])
  const [step] = found[0]!
  assert.equal(step?.step === 'statement' && step.policy, 'P')
  assert.match(step?.step === 'statement' ? (step.after ?? '') : '', /"s3:PutObject"/)
  const other = { ...read, Resource: 'arn:aws:s3:::videos/*' }
  assert.deepEqual(how(turns('s3:GetObject', { identity: [policy('identity', 'P', other)] })), [
    'add-resource',
  ])
})

test('a condition that the request can meet is met before a policy is changed', () => {
  const mfa = { ...read, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  const found = turns('s3:GetObject', { identity: [policy('identity', 'P', mfa)] })
  assert.deepEqual(how(found), ['aws:multifactorauthpresent=true'])
  const network = { ...read, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }
  assert.deepEqual(how(turns('s3:GetObject', { identity: [policy('identity', 'P', network)] })), [
    'aws:sourceip=203.0.113.0',
  ])
})

test('who asks is no value of a request: a policy has to change', () => {
  const own = { ...read, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'photos' } } }
  const found = turns('s3:GetObject', { identity: [policy('identity', 'P', own)] })
  assert.deepEqual(how(found), ['add-statement'])
})

test('a Deny gets an exception, and only then is taken away', () => {
  const deny = { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*' }
  const layers = { identity: [policy('identity', 'P', all, deny)] }
  const context = { 'aws:principalarn': principal.arn }
  const found = turns('s3:GetObject', layers, context)
  assert.deepEqual(how(found), ['except'])
  assert.deepEqual(
    found.map((turn) => how([turn])),
    [['except'], ['remove']],
  )
})

test('two Denies of one policy are lifted together', () => {
  const denies = ['s3:*', 's3:Get*'].map((Action) => ({ Effect: 'Deny', Action, Resource: '*' }))
  const layers = { identity: [policy('identity', 'P', all, ...denies)] }
  const found = turns('s3:GetObject', layers, { 'aws:principalarn': principal.arn })
  assert.deepEqual(how(found), ['except', 'except'])
})

test('every layer that blocks is changed, and one whose text is unknown is named', () => {
  const boundary = [policy('boundary', 'B', read)]
  const level = policy('service-control', 'ou/S', read)
  documents.delete(level)
  const layers = { identity: [policy('identity', 'P', read)], boundary, serviceControl: [[level]] }
  const [turn = []] = turns('s3:PutObject', layers)
  assert.deepEqual(
    turn.map((step) => `${step.step} ${step.step === 'value' ? '' : step.layer}`),
    ['layer service-control', 'statement identity', 'statement boundary'],
  )
})

test('an allowed call has nothing to turn, and no policy at all is said so', () => {
  const question = {
    ...{ principal, action: 's3:GetObject', resource, context: new Map() },
    resourceAccount: '111122223333',
  }
  assert.deepEqual(turnsOf(question, { identity: [policy('identity', 'P', all)] }, documents), [])
  assert.deepEqual(how(turnsOf(question, { identity: [] }, documents)), ['allow'])
})
