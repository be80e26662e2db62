import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decide,
  diff,
  layersOf,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type Question,
} from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'

type Written = Readonly<Record<string, unknown>>
function read(statements: readonly Written[], kind: PolicyKind = 'identity'): Policy {
  const parsed = parsePolicy(
    kind,
    'p',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}
const account = '111122223333'
const get: Written = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }
const put: Written = { ...get, Action: 's3:PutObject' }

/** The question that shows that `after` opens what `before` did not. */
function witnessOf(
  before: readonly Written[],
  after: readonly Written[],
  kind: PolicyKind = 'identity',
): Question {
  const compared = diff(kind, [read(before, kind)], [read(after, kind)])
  assert.ok(compared.outcome === 'new-access', `${compared.outcome}: ${JSON.stringify(after)}`)
  assert.equal(decide(compared.witness, layersOf(kind, [read(after, kind)])).effect, 'allow')
  assert.notEqual(decide(compared.witness, layersOf(kind, [read(before, kind)])).effect, 'allow')
  return compared.witness
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const conditions: readonly Written[] = [
  { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
  {
    StringEqualsIfExists: { 'aws:PrincipalTag/team': 'blue' },
    Null: { 'aws:PrincipalTag/team': 'false' },
  },
  {
    StringNotEquals: { 'aws:PrincipalTag/team': 'blue' },
    Null: { 'aws:PrincipalTag/team': 'false' },
  },
  { StringNotLike: { 'aws:PrincipalTag/team': 'b*' }, Null: { 'aws:PrincipalTag/team': 'false' } },
  { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'Blue' } },
  { StringLike: { 's3:prefix': 'a*b?c' } },
  { StringLike: { 's3:prefix': "home/${aws:PrincipalTag/team, 'none'}/*" } },
  { StringEquals: { 's3:prefix': '${*}${?}${$}' } },
  { StringEquals: { 's3:prefix': '' } },
  { StringEquals: { 's3:prefix': 'b*e?' } },
  { Null: { 'aws:PrincipalTag/team': 'true' } },
  { Null: { 'aws:PrincipalTag/team': 'TRUE' } },
  { Null: { 'aws:PrincipalTag/team': 'false' } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { IpAddress: { 'aws:SourceIp': '2001:db8::/32' } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.9' } },
  { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Null: { 'aws:SourceIp': 'false' } },
  { NotIpAddressIfExists: { 'aws:SourceIp': '10.0.0.0/8' }, Null: { 'aws:SourceIp': 'false' } },
  ...[
    'Equals',
    'NotEquals',
    'LessThan',
    'LessThanEquals',
    'GreaterThan',
    'GreaterThanEquals',
  ].flatMap((relation): Written[] => [
    { [`Numeric${relation}`]: { 's3:max-keys': '10' }, Null: { 's3:max-keys': 'false' } },
    { [`Numeric${relation}IfExists`]: { 's3:max-keys': '10' }, Null: { 's3:max-keys': 'false' } },
    { [`ForAnyValue:Numeric${relation}`]: { 's3:max-keys': '10' } },
    {
      [`Date${relation}`]: { 'aws:CurrentTime': '2026-06-30T12:00:00Z' },
      Null: { 'aws:CurrentTime': 'false' },
    },
    {
      [`Date${relation}IfExists`]: { 'aws:CurrentTime': '1782822896' },
      Null: { 'aws:CurrentTime': 'false' },
    },
    { [`ForAnyValue:Date${relation}`]: { 'aws:CurrentTime': '-86400' } },
  ]),
  ...['2026', '2026-06', '100', '2026-06-30T12:00:00.5+02:00'].map((date) => ({
    DateEquals: { 'aws:CurrentTime': date },
  })),
  { Bool: { 'aws:SecureTransport': 'true' } },
  { BinaryEquals: { 'app:blob': 'aGk=' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::a*' } },
  { ArnNotEquals: { 'aws:SourceArn': 'arn:aws:s3:::a' }, Null: { 'aws:SourceArn': 'false' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': ['a*'] }, Null: { 'aws:TagKeys': 'false' } },
  { StringEquals: { 'aws:username': 'somebody' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a*' } },
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

for (const Condition of conditions) {
  test(`a witness meets what is new under ${JSON.stringify(Condition)}`, () => {
    witnessOf([get], [get, { ...put, Condition }])
  })
}

test('a witness brings the value that is new, not the first one', () => {
  const under = (...values: string[]): Written => ({
    ...get,
    Condition: { StringEquals: { 'aws:PrincipalTag/team': values } },
  })
  assert.deepEqual(
    witnessOf([under('red')], [under('red', 'blue')]).context.get('aws:principaltag/team'),
    ['blue'],
  )
})

test('a witness meets all conditions of one statement, and those of two', () => {
  const both = {
    StringEquals: { 'aws:PrincipalTag/team': 'blue' },
    Bool: { 'aws:SecureTransport': 'true' },
  }
  witnessOf([get], [get, { ...put, Condition: both }])
  const unless: Written = {
    ...put,
    Effect: 'Deny',
    Condition: { Null: { 'aws:MultiFactorAuthAge': 'true' } },
  }
  const aged: Written = {
    ...get,
    Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
  }
  witnessOf([aged, unless], [aged, unless, { ...put, Condition: both }])
})

test('a witness has a value where a condition wants another', () => {
  const deny: Written = {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } },
  }
  witnessOf([get, deny], [get])
  const blue: Written = {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'blue' } },
  }
  witnessOf([get, blue], [get, { ...put }, blue])
})

test('a witness names actions and resources that a pattern stands for', async () => {
  const opened = (more: Written) => witnessOf([get], [get, { Effect: 'Allow', ...more }])
  assert.match(opened({ Action: 's3:Put*', Resource: 'arn:aws:s3:::photos/*' }).action, /^s3:Put/)
  assert.match(opened({ Action: 'sqs:?end*', Resource: '*' }).action, /^sqs:.end/)
  assert.match(
    opened({ Action: '*', Resource: 'arn:aws:s3:::music/?/a' }).resource,
    /^arn:aws:s3:::music\/.\/a$/,
  )
  assert.doesNotMatch(opened({ NotAction: 's3:*', Resource: '*' }).action, /^s3:/)
  assert.equal(
    opened({ Action: 's3:GetObject', NotResource: 'arn:aws:s3:::photos/*' }).action,
    's3:GetObject',
  )
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
  assert.equal(
    opened({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::${*}/a' }).resource,
    'arn:aws:s3:::*/a',
  )
  assert.equal(
    opened({ Action: 's3:GetObject', Resource: "arn:aws:s3:::home/${aws:PrincipalTag/t, 'none'}" })
      .resource,
    'arn:aws:s3:::home/none',
  )
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  const compared = diff(
    'identity',
    [read([get])],
    [read([get, { Effect: 'Allow', Action: 'sqs:S*', Resource: '*' }])],
    { reference: await actionReference() },
  )
  assert.ok(compared.outcome === 'new-access')
  assert.equal(compared.witness.action, 'sqs:SendMessage')
})

test('a witness for every resource names one that the action is asked for', async () => {
  const reference = await actionReference()
  const asked = (Action: string) => {
    const opened = [get, { Effect: 'Allow', Action, Resource: '*' }]
    const compared = diff('identity', [read([get])], [read(opened)], { reference })
    return compared.outcome === 'new-access' ? compared.witness.resource : compared.outcome
  }
  assert.equal(asked('iam:ListUsers'), '*')
  assert.equal(asked('iam:PassRole'), `arn:aws:iam::${account}:role/other`)
  assert.equal(asked('kms:Decrypt'), `arn:aws:kms:eu-central-1:${account}:key/other`)
  assert.equal(asked('s3:PutObject'), 'arn:aws:s3:::other/other')
})

test('a witness stands outside of what the old policies deny or leave out', () => {
  const deny: Written = { Effect: 'Deny', Action: 's3:Put*', Resource: '*' }
  assert.doesNotMatch(
    witnessOf([get, deny], [get, deny, { Effect: 'Allow', Action: 's3:*', Resource: '*' }]).action,
    /^s3:Put/,
  )
  const left: Written = { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }
  assert.match(witnessOf([left], [{ ...left, NotAction: 'iam:*' }]).action, /^s3:/)
  const but: Written = { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::photos/*' }
  assert.match(
    witnessOf([but], [{ ...but, NotResource: 'arn:aws:s3:::photos/secret/*' }]).resource,
    /^arn:aws:s3:::photos\//,
  )
})

test('of policies that only deny, what is denied no more is not proved to be open', () => {
  const deny: Written = { Effect: 'Deny', Action: 's3:*', Resource: '*' }
  const gone = diff(
    'service-control',
    [read([deny], 'service-control')],
    [read([{ ...deny, Action: 's3:Get*' }], 'service-control')],
  )
  assert.equal(gone.outcome, 'unknown')
})

const arn = (rest: string) => `arn:aws:iam::${account}:${rest}`
const principals: readonly (readonly [element: unknown, kind: string, known: Written])[] = [
  [{ AWS: arn('user/bob') }, 'user', { arn: arn('user/bob'), account }],
  [
    { AWS: arn('role/path/app') },
    'assumed-role',
    {
      arn: `arn:aws:sts::${account}:assumed-role/app/witness`,
      account,
      roleArn: arn('role/path/app'),
    },
  ],
  [
    { AWS: `arn:aws:sts::${account}:assumed-role/app/bob` },
    'assumed-role',
    { arn: `arn:aws:sts::${account}:assumed-role/app/bob`, account, roleArn: arn('role/app') },
  ],
  [
    { AWS: `arn:aws:sts::${account}:federated-user/carol` },
    'federated-user',
    { arn: `arn:aws:sts::${account}:federated-user/carol`, account },
  ],
  [{ Federated: arn('ldap-provider/corp') }, 'federated', { arn: arn('ldap-provider/corp') }],
  [{ Service: 'ec2.amazonaws.com' }, 'service', { arn: 'ec2.amazonaws.com' }],
  ['*', 'anonymous', { arn: '*' }],
]
for (const [Principal, kind, known] of principals) {
  test(`a witness is who the resource's policy names: ${JSON.stringify(Principal)}`, () => {
    const before: Written = { ...get, Principal: { AWS: arn('user/somebody') } }
    const after: Written = { ...before, Principal }
    assert.deepEqual(witnessOf([before], [before, after], 'resource').principal, { kind, ...known })
  })
}

test('a role is taken by whom its trust policy names anew', () => {
  const taking = (Principal: unknown): Written => ({
    Effect: 'Allow',
    Principal,
    Action: 'sts:AssumeRole',
  })
  const before = taking({ Service: 'ec2.amazonaws.com' })
  const { principal, action, resource } = witnessOf(
    [before],
    [before, taking({ Federated: arn('saml-provider/corp') })],
    'trust',
  )
  assert.deepEqual(
    [principal.kind, principal.arn, action, resource],
    ['federated', arn('saml-provider/corp'), 'sts:AssumeRole', arn('role/taken')],
  )
})

test('everybody, where only sessions of a role were named, is told by a stranger', () => {
  const role: Written = {
    ...get,
    Principal: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': arn('role/app') } },
  }
  const witness = witnessOf([role], [{ ...get, Principal: '*' }], 'resource')
  assert.notDeepEqual(witness.context.get('aws:principalarn'), [arn('role/app')])
})

test('each kind of policy is compared in its own layer', () => {
  for (const kind of ['identity', 'boundary', 'session', 'service-control'] as const)
    witnessOf([get], [get, put], kind)
  const control: Written = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }
  const witness = witnessOf(
    [control, { ...control, Action: 'sqs:*' }],
    [control],
    'resource-control',
  )
  assert.match(witness.action, /^sqs:/)
  assert.equal(
    diff(
      'resource-control',
      [read([control], 'resource-control')],
      [read([control], 'resource-control')],
    ).outcome,
    'nothing-new',
  )
})

test('no more questions are tried than asked for', () => {
  const [before, after] = [[read([get])], [read([get, put])]]
  assert.deepEqual(diff('identity', before, after, { most: 0 }), {
    outcome: 'unknown',
    unproved: [{ policy: 'p', statement: 1, layer: 'identity' }],
  })
  assert.equal(diff('identity', before, after, { most: 500 }).outcome, 'new-access')
})

test('what a Deny for everybody takes away at once is not opened', () => {
  const role: Written = { ...get, Principal: { AWS: arn('role/app') } }
  const deny: Written = { Effect: 'Deny', Action: 's3:Put*', Resource: '*' }
  const outcome = (Principal: unknown) =>
    diff(
      'resource',
      [read([role], 'resource')],
      [read([role, { ...role, Action: 's3:PutObject' }, { ...deny, Principal }], 'resource')],
    ).outcome
  assert.equal(outcome('*'), 'nothing-new')
  assert.equal(outcome({ AWS: ['111122223333', '*'] }), 'nothing-new')
  assert.equal(outcome({ AWS: arn('role/app') }), 'nothing-new')
  assert.equal(outcome({ AWS: arn('role/other') }), 'new-access')
})
