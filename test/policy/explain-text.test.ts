import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  explain,
  explanationText,
  type Layers,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type Question,
} from '../../src/policy/index.ts'

function policy(kind: PolicyKind, id: string, ...statements: readonly object[]): Policy {
  const parsed = parsePolicy(
    kind,
    id,
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}
const role = 'arn:aws:iam::111122223333:role/Reader'
const session = 'arn:aws:sts::111122223333:assumed-role/Reader/anna'
const asked: Question = {
  principal: { kind: 'assumed-role', account: '111122223333', arn: session, roleArn: role },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/cat.jpg',
  resourceAccount: '111122223333',
  context: new Map([['aws:principaltag/team', ['red']]]),
}
const asks = `  ${session} asks for s3:GetObject on arn:aws:s3:::photos/cat.jpg`
const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const compute = { ...allow, Action: 'ec2:*' }

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const letters = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `arn:aws:s3:::${letter}`)
const everyLayer: Layers = {
  identity: [
    policy(
      'identity',
      'own',
      {
        Sid: 'Home',
        ...allow,
        Action: 's3:Get*',
        Resource: ['arn:aws:s3:::home/${aws:username}/*', ...letters],
      },
      { Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::photos/*' },
      compute,
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
      {
        ...allow,
        Action: 's3:GetObject',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ),
  ],
  boundary: [policy('boundary', 'limit', compute)],
  session: [
    [policy('session', 'first', allow)],
    [policy('session', 'second', { Sid: 'No', Effect: 'Deny', Action: '*', Resource: '*' })],
  ],
  resource: [
    policy(
      'resource',
      'bucket',
      {
        Effect: 'Allow',
        Principal: {
          AWS: ['arn:aws:iam::111122223333:role/Other'],
          Service: 'ec2.amazonaws.com',
        },
        Action: '*',
        Resource: '*',
      },
      {
        Effect: 'Deny',
        NotPrincipal: { AWS: ['111122223333', role, session] },
        Action: '*',
        Resource: '*',
      },
    ),
  ],
}

test('tells of every layer that denies or is silent, and what would have to change', () => {
  assert.equal(
    explanationText(explain(asked, everyLayer)),
    [
      'DENIED by a statement',
      asks,
      '',
      'resource: denies, and need not allow it',
      '  does not apply: Allow bucket statement 1',
      '    no  Principal does not match: wants arn:aws:iam::111122223333:role/Other, Service ' +
        'ec2.amazonaws.com; found arn:aws:sts::111122223333:assumed-role/Reader/anna, ' +
        'arn:aws:iam::111122223333:role/Reader, 111122223333',
      '  applies: Deny bucket statement 2',
      '    yes NotPrincipal matches: wants 111122223333, ' +
        'arn:aws:iam::111122223333:role/Reader, ' +
        'arn:aws:sts::111122223333:assumed-role/Reader/anna; found ' +
        'arn:aws:sts::111122223333:assumed-role/Reader/anna, ' +
        'arn:aws:iam::111122223333:role/Reader, 111122223333',
      '    yes Action matches by *: wants *; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'identity: does not allow it',
      '  does not apply: Allow own statement 1 (Home)',
      '    no  Resource does not match: wants arn:aws:s3:::home/${aws:username}/*, ' +
        'arn:aws:s3:::a, arn:aws:s3:::b, arn:aws:s3:::c, arn:aws:s3:::d, and 2 more; found ' +
        'arn:aws:s3:::photos/cat.jpg; no value for aws:username',
      '  does not apply: Allow own statement 2',
      '    no  NotResource does not match by arn:aws:s3:::photos/*: wants ' +
        'arn:aws:s3:::photos/*; found arn:aws:s3:::photos/cat.jpg',
      '  does not apply: Allow own statement 5',
      '    no  Condition Bool aws:multifactorauthpresent does not match: wants true; found ' +
        'nothing: the request does not bring it',
      '  2 statements about other actions',
      '',
      'boundary: does not allow it',
      '  1 statement about other actions',
      '',
      'session 1: allows',
      '  applies: Allow first statement 1',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'session 2: denies',
      '  applies: Deny second statement 1 (No)',
      '    yes Action matches by *: wants *; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'Condition keys that the request did not bring: aws:multifactorauthpresent, aws:username',
      '',
      'To allow it:',
      '  lift the Deny of bucket statement 2 (resource)',
      '  lift the Deny of second statement 1 (No) (session)',
      '  let the Allow of own statement 5 (identity) match in Condition Bool ' +
        'aws:multifactorauthpresent, or bring aws:multifactorauthpresent',
      '  let the Allow of limit statement 1 (boundary) match in Action',
      '  add an Allow to session 2',
    ].join('\n'),
  )
})

test('tells what allows, and with all also what is about other actions', () => {
  const layers: Layers = {
    identity: [policy('identity', 'own', allow, compute)],
    resource: [policy('resource', 'bucket', { ...allow, Principal: { AWS: '111122223333' } })],
    serviceControl: [[policy('service-control', 'org', allow)]],
  }
  assert.equal(
    explanationText(explain(asked, layers), { all: true }),
    [
      'ALLOWED',
      asks,
      '',
      'service-control 1: allows',
      '  applies: Allow org statement 1',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'resource: allows, and need not allow it',
      '  applies: Allow bucket statement 1',
      '    yes Principal matches: wants 111122223333; found ' +
        'arn:aws:sts::111122223333:assumed-role/Reader/anna, ' +
        'arn:aws:iam::111122223333:role/Reader, 111122223333',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'identity: allows',
      '  applies: Allow own statement 1',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '  does not apply: Allow own statement 2',
      '    no  Action does not match: wants ec2:*; found s3:GetObject',
    ].join('\n'),
  )
})

test('tells of a layer that is not there and should be', () => {
  const layers: Layers = { identity: [policy('identity', 'own', allow)] }
  assert.equal(
    explanationText(explain({ ...asked, resourceAccount: '444455556666' }, layers)),
    [
      'DENIED: nothing allows it (resource)',
      asks,
      '',
      'resource: does not allow it',
      '',
      'identity: allows',
      '  applies: Allow own statement 1',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'To allow it:',
      '  add an Allow to resource',
    ].join('\n'),
  )
})

test('tells which keys would do', () => {
  const Condition = {
    StringEquals: { 'aws:username': ['a', 'b'] },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
  }
  const layers: Layers = {
    identity: [policy('identity', 'own', { ...allow, Action: 's3:GetObject', Condition })],
  }
  assert.equal(
    explanationText(explain(asked, layers)),
    [
      'DENIED: nothing allows it (identity)',
      asks,
      '',
      'identity: does not allow it',
      '  does not apply: Allow own statement 1',
      '    no  Condition StringEquals aws:username does not match: wants a, b; found ' +
        'nothing: the request does not bring it',
      '    no  Condition Bool aws:multifactorauthpresent does not match: wants true; found ' +
        'nothing: the request does not bring it',
      '',
      'Condition keys that the request did not bring: aws:multifactorauthpresent, aws:username',
      '',
      'To allow it:',
      '  let the Allow of own statement 1 (identity) match in Condition StringEquals ' +
        'aws:username, Condition Bool aws:multifactorauthpresent, or bring ' +
        'aws:multifactorauthpresent, aws:username',
    ].join('\n'),
  )
})

test('says by which value only where it is not the one that is asked for', () => {
  const five = [
    'arn:aws:s3:::photos/cat.jpg',
    'arn:aws:s3:::a',
    'arn:aws:s3:::b',
    'arn:aws:s3:::c',
    'arn:aws:s3:::d',
  ]
  const layers: Layers = {
    identity: [
      policy(
        'identity',
        'own',
        { Effect: 'Allow', Action: 's3:GetObject', Resource: five },
        { ...allow, Resource: 'arn:aws:s3:::${aws:username}/${aws:userid}' },
      ),
    ],
    resource: [policy('resource', 'bucket', { ...allow, Principal: '*', Action: 's3:getobject' })],
  }
  assert.equal(
    explanationText(explain(asked, layers)),
    [
      'ALLOWED',
      asks,
      '',
      'resource: allows, and need not allow it',
      '  applies: Allow bucket statement 1',
      '    yes Principal matches: wants *; found ' +
        'arn:aws:sts::111122223333:assumed-role/Reader/anna, ' +
        'arn:aws:iam::111122223333:role/Reader, 111122223333',
      '    yes Action matches by s3:getobject: wants s3:getobject; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'identity: allows, and need not allow it',
      '  applies: Allow own statement 1',
      '    yes Action matches: wants s3:GetObject; found s3:GetObject',
      '    yes Resource matches: wants arn:aws:s3:::photos/cat.jpg, arn:aws:s3:::a, ' +
        'arn:aws:s3:::b, arn:aws:s3:::c, arn:aws:s3:::d; found arn:aws:s3:::photos/cat.jpg',
      '  does not apply: Allow own statement 2',
      '    no  Resource does not match: wants arn:aws:s3:::${aws:username}/${aws:userid}; ' +
        'found arn:aws:s3:::photos/cat.jpg; no value for aws:username, aws:userid',
    ].join('\n'),
  )
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
