import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallerPolicy } from '../../../../src/aws/gatehouse/analysis/proposal.ts'

const seen = new Set(['iam', 'sts'])
const document = (Statement: unknown, Version = '2012-10-17') =>
  JSON.stringify({ Version, Statement })
const statements = (documents: readonly string[], ...used: readonly string[]) => {
  const text = smallerPolicy(documents, { seen, used: new Set(used) })
  return text === undefined ? undefined : JSON.parse(text).Statement
}
const allow = (Action: string | readonly string[], more: object = {}) => ({
  ...{ Effect: 'Allow', Action, Resource: '*', ...more },
})

test('wildcards become the actions that were used; services that nobody sees stay', () => {
  assert.deepEqual(
    statements([document(allow(['iam:Get*', 's3:*', 'sts:AssumeRole']))], 'iam:GetUser'),
    [{ Effect: 'Allow', Resource: '*', Action: ['iam:GetUser', 's3:*'] }],
  )
})

test('resources and conditions stay, Sids go, Denies stay, what is twice is told once', () => {
  const condition = { Bool: { 'aws:SecureTransport': 'true' } }
  const deny = { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::111122223333:user/root' }
  const one = allow('iam:getuser', {
    Sid: 'A',
    Resource: 'arn:aws:iam::111122223333:user/a',
    Condition: condition,
  })
  assert.deepEqual(
    statements(
      [document([one, { ...deny, Sid: 'C' }]), document({ ...one, Sid: 'B' })],
      'iam:GetUser',
    ),
    [
      {
        Effect: 'Allow',
        Resource: 'arn:aws:iam::111122223333:user/a',
        Condition: condition,
        Action: ['iam:getuser'],
      },
      deny,
    ],
  )
})

test('everything becomes everything but the seen services, and what was used of those', () => {
  const all = [
    { Effect: 'Allow', Resource: '*', NotAction: ['iam:*', 'sts:*'] },
    { Effect: 'Allow', Resource: '*', Action: ['iam:GetUser'] },
  ]
  assert.deepEqual(statements([document(allow('*'))], 'iam:GetUser'), all)
  assert.deepEqual(statements([document(allow(['*', 's3:Get*']))], 'iam:GetUser'), all)
})

test('NotAction keeps what it leaves out', () => {
  const not = { Effect: 'Allow', NotAction: 'iam:Delete*', Resource: '*' }
  assert.deepEqual(statements([document(not)], 'iam:DeleteUser', 'sts:AssumeRole'), [
    { Effect: 'Allow', Resource: '*', NotAction: ['iam:Delete*', 'iam:*', 'sts:*'] },
    { Effect: 'Allow', Resource: '*', Action: ['sts:AssumeRole'] },
  ])
})

test('nothing used of what is allowed leaves nothing; a document that is none adds nothing', () => {
  assert.equal(statements([document(allow('iam:*')), 'no policy'], 's3:GetObject'), undefined)
})

test('a text of 2008 does not begin to have variables', () => {
  const old = document(
    allow('iam:GetUser', { Resource: 'arn:aws:iam::111122223333:user/${x}' }),
    '2008-10-17',
  )
  assert.deepEqual(statements([old], 'iam:GetUser'), [
    {
      Effect: 'Allow',
      Resource: 'arn:aws:iam::111122223333:user/${$}{x}',
      Action: ['iam:GetUser'],
    },
  ])
})
