import { hash } from 'node:crypto'
import { allow, document, iam, instant, type Step, sts, trustOwn } from './step.ts'

const batch = { RoleArn: 'arn:aws:iam::<account>:role/Batch', RoleSessionName: 'nightly' }
const second = { RoleArn: 'arn:aws:iam::<account>:role/Second', RoleSessionName: 'chained' }
const vendor = { RoleArn: 'arn:aws:iam::<account>:role/Vendor', RoleSessionName: 'partner' }
const run = { Key: 'run', Value: 'é 7' }
const tagged = document({
  Effect: 'Allow',
  Action: 'iam:ListGroups',
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalTag/run': 'é 7' } },
})
/** Texts that no packing makes much smaller. */
const crowd = Array.from({ length: 50 }, (_, at) => ({
  Key: `k${at}`,
  Value: hash('sha512', String(at), 'hex').repeat(2),
}))

const setUp: readonly Step[] = [
  iam('CreateRole', {
    RoleName: 'Batch',
    AssumeRolePolicyDocument: trustOwn({
      Condition: { StringLike: { 'sts:SourceIdentity': 'sched*' } },
    }),
  }),
  iam('PutRolePolicy', {
    RoleName: 'Batch',
    PolicyName: 'Do',
    PolicyDocument: allow('iam:ListRoles', 'iam:GetRole', 'sts:*'),
  }),
  iam('PutRolePolicy', { RoleName: 'Batch', PolicyName: 'Tagged', PolicyDocument: tagged }),
  iam('CreateRole', { RoleName: 'Second', AssumeRolePolicyDocument: trustOwn() }),
  iam('PutRolePolicy', { RoleName: 'Second', PolicyName: 'Tagged', PolicyDocument: tagged }),
  iam(
    'CreatePolicy',
    { PolicyName: 'Session', PolicyDocument: allow('iam:ListGroups') },
    { keeps: { session: 'Policy.Arn' } },
  ),
]

const roles: readonly Step[] = [
  sts(
    'AssumeRole',
    { ...batch, RoleArn: 'Batch-of-no-account-at-all' },
    { refused: ['ValidationError', /Batch-of-no-account-at-all is invalid/] },
  ),
  sts(
    'AssumeRole',
    { ...batch, RoleArn: 'arn:aws:iam::<account>:role/Absent' },
    { refused: ['AccessDenied', /not authorized to perform: sts:AssumeRole/] },
  ),
  sts('AssumeRole', { ...batch, SourceIdentity: 'somebody' }, { refused: ['AccessDenied'] }),
  sts(
    'AssumeRole',
    { ...batch, SourceIdentity: 'scheduler', Policy: '{"Statement":1}' },
    { refused: ['MalformedPolicyDocument'] },
  ),
  sts(
    'AssumeRole',
    { ...batch, SourceIdentity: 'scheduler', DurationSeconds: 7200 },
    { refused: ['ValidationError', /MaxSessionDuration/] },
  ),
  sts(
    'AssumeRole',
    { ...batch, SourceIdentity: 'scheduler', TransitiveTagKeys: ['run'] },
    { refused: ['InvalidParameterValue', /must be included in the requested tags/] },
  ),
  sts(
    'AssumeRole',
    { ...batch, SourceIdentity: 'scheduler', Tags: crowd },
    { refused: ['PackedPolicyTooLarge', /\d{3}%/] },
  ),
  sts(
    'AssumeRole',
    {
      ...batch,
      DurationSeconds: 900,
      SourceIdentity: 'scheduler',
      Tags: [run, { Key: 'own', Value: 'x' }],
      TransitiveTagKeys: ['run'],
      Policy: allow('iam:ListRoles', 'iam:ListUsers', 'sts:*'),
      PolicyArns: [{ arn: '<session>' }],
    },
    {
      keeps: { batch: 'Credentials' },
      answers: {
        AssumedRoleUser: {
          Arn: 'arn:aws:sts::<account>:assumed-role/Batch/nightly',
          AssumedRoleId: /^AROA\w+:nightly$/,
        },
        SourceIdentity: 'scheduler',
        Credentials: {
          AccessKeyId: /^ASIA/,
          SecretAccessKey: /^\S{40}$/,
          SessionToken: /./,
          Expiration: instant,
        },
      },
    },
  ),
  sts(
    'GetCallerIdentity',
    {},
    {
      as: 'batch',
      answers: {
        Arn: 'arn:aws:sts::<account>:assumed-role/Batch/nightly',
        UserId: /^AROA\w+:nightly$/,
      },
    },
  ),
  sts(
    'GetAccessKeyInfo',
    { AccessKeyId: '<batch.AccessKeyId>' },
    { as: 'batch', answers: { Account: '<account>' } },
  ),
  iam(
    'ListRoles',
    {},
    {
      as: 'batch',
      answers: { Roles: [{ RoleName: 'Batch' }, { RoleName: 'Fixed' }, { RoleName: 'Second' }] },
    },
  ),
  iam('ListGroups', {}, { as: 'batch', answers: { Groups: [] } }),
  iam(
    'ListUsers',
    {},
    { as: 'batch', refused: ['AccessDenied', /no identity-based policy allows/] },
  ),
  sts('GetSessionToken', {}, { as: 'batch', refused: ['AccessDenied'] }),
]

const chained: readonly Step[] = [
  sts(
    'AssumeRole',
    { ...second, Tags: [{ Key: 'Run', Value: '8' }] },
    {
      as: 'batch',
      refused: ['InvalidParameterValue', /transitive tag key from the calling session/],
    },
  ),
  sts(
    'AssumeRole',
    { ...second, SourceIdentity: 'other' },
    {
      as: 'batch',
      refused: ['AccessDenied', /source identity of the calling session cannot be changed/],
    },
  ),
  sts(
    'AssumeRole',
    { ...second, DurationSeconds: 3601 },
    {
      as: 'batch',
      refused: ['ValidationError', /1 hour session limit for roles assumed by role chaining/],
    },
  ),
  sts('AssumeRole', second, {
    as: 'batch',
    keeps: { second: 'Credentials' },
    answers: { SourceIdentity: 'scheduler' },
  }),
  iam('ListGroups', {}, { as: 'second', answers: { Groups: [] } }),
  sts(
    'AssumeRole',
    { ...second, RoleSessionName: 'fresh' },
    { keeps: { untagged: 'Credentials' } },
  ),
  iam('ListGroups', {}, { as: 'untagged', refused: ['AccessDenied'] }),
]

const explained: readonly Step[] = [
  iam(
    'GetRole',
    { RoleName: 'Batch' },
    {
      as: 'batch',
      refused: [
        'AccessDenied',
        /no session policy allows .*Encoded authorization failure message: (\S+)/,
        'encoded',
      ],
    },
  ),
  sts(
    'DecodeAuthorizationMessage',
    { EncodedMessage: '<encoded>' },
    { as: 'second', refused: ['AccessDenied'] },
  ),
  sts(
    'DecodeAuthorizationMessage',
    { EncodedMessage: '<encoded>x' },
    { refused: ['InvalidAuthorizationMessageException'] },
  ),
  sts(
    'DecodeAuthorizationMessage',
    { EncodedMessage: '<encoded>' },
    { answers: { DecodedMessage: /"allowed":false.*iam:GetRole/ } },
  ),
]

const others: readonly Step[] = [
  iam('CreateRole', {
    RoleName: 'Vendor',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { AWS: '<member>' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'gh-42' } },
    }),
  }),
  sts('AssumeRole', vendor, { as: 'partner', refused: ['AccessDenied'] }),
  sts(
    'AssumeRole',
    { ...vendor, ExternalId: 'gh-43' },
    { as: 'partner', refused: ['AccessDenied'] },
  ),
  sts(
    'AssumeRole',
    { ...vendor, ExternalId: 'gh-42' },
    {
      as: 'partner',
      answers: { AssumedRoleUser: { Arn: 'arn:aws:sts::<account>:assumed-role/Vendor/partner' } },
    },
  ),
  sts(
    'GetFederationToken',
    { Name: 'guest', Policy: allow('sts:*'), DurationSeconds: 900, Tags: [run] },
    {
      keeps: { guest: 'Credentials' },
      answers: {
        FederatedUser: {
          Arn: 'arn:aws:sts::<account>:federated-user/guest',
          FederatedUserId: '<account>:guest',
        },
      },
    },
  ),
  sts(
    'GetCallerIdentity',
    {},
    { as: 'guest', answers: { Arn: 'arn:aws:sts::<account>:federated-user/guest' } },
  ),
  iam('ListUsers', {}, { as: 'guest', refused: ['InvalidClientTokenId'] }),
  sts('GetSessionToken', { DurationSeconds: 900 }, { keeps: { own: 'Credentials' } }),
  sts(
    'GetCallerIdentity',
    {},
    { as: 'own', answers: { Arn: 'arn:aws:iam::<account>:user/admin' } },
  ),
  iam('ListUsers', {}, { as: 'own', refused: ['InvalidClientTokenId'] }),
  sts(
    'AssumeRoot',
    {
      TargetPrincipal: '<member>',
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
    },
    { keeps: { root: 'Credentials' } },
  ),
  sts('GetCallerIdentity', {}, { as: 'root', answers: { Arn: 'arn:aws:iam::<member>:root' } }),
  iam('ListAccessKeys', {}, { as: 'root', answers: { AccessKeyMetadata: [] } }),
  iam('CreateUser', { UserName: 'mine' }, { as: 'root', refused: ['AccessDenied'] }),
]

const ask = {
  Audience: ['api.example.com'],
  SigningAlgorithm: 'ES384',
  DurationSeconds: 300,
} as const
const outbound: readonly Step[] = [
  sts('GetWebIdentityToken', ask, { refused: ['OutboundWebIdentityFederationDisabledException'] }),
  iam('GetOutboundWebIdentityFederationInfo', {}, { refused: ['FeatureDisabled'] }),
  iam(
    'EnableOutboundWebIdentityFederation',
    {},
    { answers: { IssuerIdentifier: /^http:\/\/localhost:\d+\/outbound\/111122223333$/ } },
  ),
  iam('EnableOutboundWebIdentityFederation', {}, { refused: ['FeatureEnabled'] }),
  iam('GetOutboundWebIdentityFederationInfo', {}, { answers: { JwtVendingEnabled: true } }),
  sts('GetWebIdentityToken', ask, {
    answers: { WebIdentityToken: /^[\w-]+\.[\w-]+\.[\w-]+$/, Expiration: instant },
  }),
  sts(
    'GetWebIdentityToken',
    { ...ask, DurationSeconds: 901 },
    {
      as: 'batch',
      refused: ['SessionDurationEscalationException', /beyond its original expiration/],
    },
  ),
  iam('DisableOutboundWebIdentityFederation', {}),
  iam('DisableOutboundWebIdentityFederation', {}, { refused: ['FeatureDisabled'] }),
]

const gone: readonly Step[] = [
  ...['Do', 'Tagged'].map((PolicyName) =>
    iam('DeleteRolePolicy', { RoleName: 'Batch', PolicyName }),
  ),
  iam('DeleteRolePolicy', { RoleName: 'Second', PolicyName: 'Tagged' }),
  iam('DeletePolicy', { PolicyArn: '<session>' }),
  ...['Batch', 'Second', 'Vendor'].map((RoleName) => iam('DeleteRole', { RoleName })),
  sts('GetCallerIdentity', {}, { as: 'batch', refused: ['InvalidClientTokenId'] }),
]

/**
 * Every way to temporary credentials that is signed: what they may, what they hand on, and why they
 * were denied.
 */
export const sessions: readonly Step[] = [
  ...setUp,
  ...roles,
  ...chained,
  ...explained,
  ...others,
  ...outbound,
  ...gone,
]
