import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationWords } from '../../src/console/iam/duration-words.ts'
import { trustedBy } from '../../src/console/iam/trusted-by.ts'

const own = '111122223333'
const trust = (Principal: object | string, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
  })

const rows: readonly (readonly [object | string, readonly string[]])[] = [
  ['*', ['Anybody']],
  [{ AWS: own }, ['This account']],
  [{ AWS: 'arn:aws:iam::999988887777:root' }, ['Account 9999 8888 7777']],
  [{ AWS: `arn:aws:iam::${own}:role/data/Analyst` }, ['Role data/Analyst']],
  [{ AWS: 'arn:aws:iam::999988887777:user/ci' }, ['User ci of account 9999 8888 7777']],
  [{ AWS: `arn:aws:sts::${own}:assumed-role/A/session` }, ['Session A/session']],
  [{ Federated: `arn:aws:iam::${own}:saml-provider/Entra` }, ['SAML Entra']],
  [{ Federated: `arn:aws:iam::${own}:oidc-provider/id.example/x` }, ['OIDC id.example/x']],
  [{ Federated: 'accounts.google.com' }, ['accounts.google.com']],
  [
    { Service: ['ec2.amazonaws.com', 'ecs.amazonaws.com'] },
    ['Service ec2.amazonaws.com', 'Service ecs.amazonaws.com'],
  ],
]
for (const [principal, words] of rows)
  test(`a trust policy for ${JSON.stringify(principal)} lets in: ${words.join(', ')}`, () => {
    assert.deepEqual(trustedBy(trust(principal), own), words)
  })

test('a statement that denies lets nobody in, and neither does a document that is none', () => {
  assert.deepEqual(trustedBy(trust({ AWS: own }, { Effect: 'Deny' }), own), [])
  assert.deepEqual(trustedBy('{', own), [])
  assert.deepEqual(trustedBy('', own), [])
})

test('durations are told whole', () => {
  assert.deepEqual([3600, 7200, 5400, 3601, 43_200].map(durationWords), [
    '1 hour',
    '2 hours',
    '1 hour 30 minutes',
    '1 hour 1 second',
    '12 hours',
  ])
})
