import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarizeAccess } from '../../src/console/permissions-summary.ts'
import { type Policy, parsePolicy } from '../../src/policy/index.ts'
import { roleCaller } from '../aws/wire-scene.ts'

function policy(kind: 'identity' | 'session', ...Statement: readonly object[]): Policy {
  const parsed = parsePolicy(kind, 'test', JSON.stringify({ Version: '2012-10-17', Statement }))
  assert.ok(parsed.ok)
  return parsed.policy
}
const facts = {
  now: new Date(0),
  sourceAddress: '192.0.2.7',
  userAgent: 'x',
  secure: false,
  region: 'us-east-1',
}
const allow = (Action: string, Resource = '*', more = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})

test('an action is allowed, allowed on some, not allowed, or denied', () => {
  const identity = policy(
    'identity',
    allow('iam:List*'),
    allow('s3:GetObject', 'arn:aws:s3:::team/*'),
    allow('ec2:Describe*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    { Effect: 'Deny', Action: 'sts:*', Resource: '*' },
  )
  const told = (layers: Parameters<typeof roleCaller>[1]) => {
    const lines = summarizeAccess(roleCaller({}, layers), facts)
    return Object.fromEntries(
      [
        'iam:ListUsers',
        's3:GetObject',
        'ec2:DescribeInstances',
        's3:PutObject',
        'sts:AssumeRole',
      ].map((name) => [name, lines.find(({ action }) => action === name)?.effect]),
    )
  }
  assert.deepEqual(told({ identity: [identity] }), {
    'iam:ListUsers': 'allow',
    's3:GetObject': 'some',
    'ec2:DescribeInstances': 'some',
    's3:PutObject': 'implicit-deny',
    'sts:AssumeRole': 'explicit-deny',
  })
  assert.deepEqual(told({ identity: [identity], session: [[policy('session', allow('s3:*'))]] }), {
    'iam:ListUsers': 'implicit-deny',
    's3:GetObject': 'some',
    'ec2:DescribeInstances': 'implicit-deny',
    's3:PutObject': 'implicit-deny',
    'sts:AssumeRole': 'explicit-deny',
  })
  assert.deepEqual(
    new Set(Object.values(told({ identity: [identity], session: [[]] }))),
    new Set(['implicit-deny', 'explicit-deny']),
  )
})

test('what the request that shows the page may not do, the page does not promise', () => {
  const denied = (Condition: object) =>
    policy('identity', allow('s3:*'), { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition })
  const told = (Condition: object) =>
    summarizeAccess(roleCaller({}, { identity: [denied(Condition)] }), facts).find(
      ({ action }) => action === 's3:ListAllMyBuckets',
    )?.effect
  for (const condition of [
    { Bool: { 'aws:SecureTransport': 'false' } },
    { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
  ]) {
    assert.equal(told(condition), 'explicit-deny', JSON.stringify(condition))
  }
  assert.equal(told({ StringNotEquals: { 'aws:ResourceAccount': '111122223333' } }), 'allow')
})
