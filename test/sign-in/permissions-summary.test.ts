import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, parsePolicy, type Policy } from '../../src/policy/index.ts'
import { summarizeAccess } from '../../src/sign-in/permissions-summary.ts'
import { roleCaller } from '../aws/wire-bench.ts'

function policy(kind: 'identity' | 'session', ...Statement: readonly object[]): Policy {
  const parsed = parsePolicy(kind, 'test', JSON.stringify({ Version: '2012-10-17', Statement }))
  assert.ok(parsed.ok)
  return parsed.policy
}
const allow = (Action: string, Resource = '*', more = {}) => ({ Effect: 'Allow', Action, Resource, ...more })

test('an action is allowed, allowed on some, not allowed, or denied', () => {
  const identity = policy('identity', allow('iam:List*'), allow('s3:GetObject', 'arn:aws:s3:::team/*'),
    allow('ec2:Describe*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), { Effect: 'Deny', Action: 'sts:*', Resource: '*' })
  const told = (layers: Parameters<typeof roleCaller>[1]) => {
    const lines = summarizeAccess(roleCaller({}, layers), decide)
    return Object.fromEntries(['iam:ListUsers', 's3:GetObject', 'ec2:DescribeInstances', 's3:PutObject', 'sts:AssumeRole'].map((name) => [name, lines.find(({ action }) => action === name)?.effect]))
  }
  assert.deepEqual(told({ identity: [identity] }), {
    'iam:ListUsers': 'allow', 's3:GetObject': 'some', 'ec2:DescribeInstances': 'some', 's3:PutObject': 'implicit-deny', 'sts:AssumeRole': 'explicit-deny',
  })
  assert.deepEqual(told({ identity: [identity], session: [[policy('session', allow('s3:*'))]] }), {
    'iam:ListUsers': 'implicit-deny', 's3:GetObject': 'some', 'ec2:DescribeInstances': 'implicit-deny', 's3:PutObject': 'implicit-deny', 'sts:AssumeRole': 'explicit-deny',
  })
  assert.deepEqual(new Set(Object.values(told({ identity: [identity], session: [[]] }))), new Set(['implicit-deny', 'explicit-deny']))
})
