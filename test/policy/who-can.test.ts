import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy, type Party, type Policy, type PolicyKind, whatCan, whoCan } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const account = '111122223333'
function policy(statement: unknown, kind: PolicyKind = 'identity'): Policy {
  const parsed = parsePolicy(kind, 'p', JSON.stringify({ Version: '2012-10-17', Statement: statement }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}
const allow = (Action: string | string[], Resource: string, Condition = {}) => policy({ Effect: 'Allow', Action, Resource, Condition })
const trust = (Principal: unknown, Condition = {}) => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }, 'trust')
const roleArn = (name: string, owner = account) => `arn:aws:iam::${owner}:role/${name}`
const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`
function user(name: string, identity: readonly Policy[], rest: Partial<Party> = {}): Party {
  return {
    arn: userArn(name),
    principal: { kind: 'user', arn: userArn(name), account, userArn: userArn(name) },
    identity,
    context: new Map([['aws:username', [name]]]),
    ...rest,
  }
}
function role(name: string, trusted: Policy, identity: readonly Policy[], owner = account): Party {
  const principal = {
    kind: 'assumed-role' as const,
    arn: `arn:aws:sts::${owner}:assumed-role/${name}/session`,
    account: owner,
    roleArn: roleArn(name, owner),
  }
  return { arn: roleArn(name, owner), principal, identity, trust: [trusted] }
}
const photos = { action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat.jpg', resourceAccount: account }
const onPhotos = allow('s3:Get*', 'arn:aws:s3:::photos/*')

test('tells who can by themselves, who might, and leaves out who can not', () => {
  const { direct } = whoCan(photos, [
    user('ada', [onPhotos]),
    user('bob', [allow('s3:Get*', 'arn:aws:s3:::music/*')]),
    user('cem', [allow('s3:Get*', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]),
    user('dee', [onPhotos, policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })]),
    user('eve', [onPhotos], { boundary: [allow('ec2:*', '*')] }),
    user('fay', [allow('s3:GetObject', 'arn:aws:s3:::photos/${aws:username}.jpg')]),
    user('gil', [
      onPhotos,
      policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    ]),
    user('hal', [allow('s3:Get*', 'arn:aws:s3:::music/*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]),
  ])
  assert.deepEqual(
    direct.map(({ arn, can, missingContext }) => [arn, can, missingContext]),
    [
      [userArn('ada'), 'yes', []],
      [userArn('cem'), 'depends', ['aws:multifactorauthpresent']],
      [userArn('gil'), 'depends', ['aws:multifactorauthpresent']],
    ],
  )
})

test('finds the roles by which somebody gets there, one after the other', () => {
  const reader = role('reader', trust({ AWS: roleArn('hub') }), [onPhotos])
  const hub = role('hub', trust({ AWS: account }), [allow('sts:AssumeRole', roleArn('reader'))])
  const { direct, paths } = whoCan(photos, [
    reader,
    hub,
    user('ada', [allow('sts:AssumeRole', roleArn('hub'))]),
    user('bob', [allow('sts:AssumeRole', roleArn('reader'))]),
  ])
  assert.deepEqual(
    direct.map(({ arn }) => arn),
    [roleArn('reader')],
  )
  assert.deepEqual(paths, [
    { arn: roleArn('hub'), start: 'party', through: [roleArn('reader')], can: 'yes' },
    { arn: userArn('ada'), start: 'party', through: [roleArn('hub'), roleArn('reader')], can: 'yes' },
  ])
})

test('a step that needs an external id makes the way depend, and circles end', () => {
  const ring = (name: string, next: string) =>
    role(name, trust({ AWS: account }, { StringEquals: { 'sts:ExternalId': 'x' } }), [
      allow('sts:AssumeRole', roleArn(next)),
      ...(name === 'a' ? [onPhotos] : []),
    ])
  const { paths } = whoCan(photos, [ring('a', 'b'), ring('b', 'a')])
  assert.deepEqual(paths, [{ arn: roleArn('b'), start: 'party', through: [roleArn('a')], can: 'depends' }])
})

test('names providers, services and accounts that nobody listed as starts', () => {
  const trusted = policy(
    [
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com', AWS: ['444455556666', account] }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${account}:ldap-provider/corp` }, Action: 'sts:AssumeRoleWithLDAPIdentity' },
    ],
    'trust',
  )
  const { paths } = whoCan(photos, [role('reader', trusted, [onPhotos])])
  assert.deepEqual(
    paths.map(({ arn, start, can }) => [arn, start, can]),
    [
      ['444455556666', 'outside', 'depends'],
      ['ec2.amazonaws.com', 'outside', 'depends'],
      [`arn:aws:iam::${account}:ldap-provider/corp`, 'outside', 'depends'],
    ],
  )
})

test('a resource policy opens to users that it names, and needs both sides across accounts', () => {
  const resourcePolicy = [
    policy({ Effect: 'Allow', Principal: { AWS: [userArn('ada'), roleArn('partner', '444455556666')] }, Action: 's3:*', Resource: '*' }, 'resource'),
  ]
  const partner = role('partner', trust({ Service: 'ec2.amazonaws.com' }), [], '444455556666')
  const { direct } = whoCan({ ...photos, resourcePolicy }, [user('ada', []), user('bob', []), partner])
  assert.deepEqual(
    direct.map(({ arn }) => arn),
    [userArn('ada')],
  )
  assert.equal(whoCan({ ...photos, resourcePolicy }, [{ ...partner, identity: [onPhotos] }]).direct.length, 1)
})

test('tells what a principal can do, and where', async () => {
  const ada = user('ada', [
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::home/${aws:username}/*'),
    allow('sqs:SendMessage', '*', { Bool: { 'aws:SecureTransport': 'true' } }),
    policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }),
  ])
  const can = whatCan(ada, await actionReference())
  assert.deepEqual(can, [
    { action: 's3:GetObject', can: 'yes', resources: ['arn:aws:s3:::home/${aws:username}/*'], missingContext: [] },
    { action: 'sqs:SendMessage', can: 'depends', resources: ['*'], missingContext: ['aws:securetransport'] },
  ])
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

test('the account of the resource, or of the role, is known', () => {
  const own = { StringEquals: { 'aws:ResourceAccount': account } }
  const taking = allow('sts:AssumeRole', '*', own)
  const { direct, paths } = whoCan(photos, [
    user('ada', [allow('s3:Get*', '*', own)]),
    user('bob', [allow('s3:Get*', '*', { StringEquals: { 'aws:ResourceAccount': '444455556666' } })]),
    user('cem', [taking]),
    role('reader', trust({ AWS: account }), [onPhotos]),
  ])
  assert.deepEqual(direct.map(({ arn, can }) => [arn, can]), [[userArn('ada'), 'yes'], [roleArn('reader'), 'yes']])
  assert.deepEqual(paths.map(({ arn, can }) => [arn, can]), [[userArn('cem'), 'yes']])
})
