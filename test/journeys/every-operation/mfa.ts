import { allow, document, iam, instant, type Step, sts, trustOwn } from './step.ts'

const ann = { UserName: 'ann' }
const SerialNumber = 'arn:aws:iam::<account>:mfa/phones/ann'
const present = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
const fresh = { Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } } }
const assume = { RoleArn: 'arn:aws:iam::<account>:role/Careful', RoleSessionName: 'ann' }

const setUp: readonly Step[] = [
  iam('CreateUser', ann),
  iam('CreateAccessKey', ann, { keeps: { ann: 'AccessKey' } }),
  iam(
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: 'ann', Path: '/phones/' },
    {
      bootstrap: 'Base32StringSeed',
      answers: { VirtualMFADevice: { SerialNumber } },
      keeps: { seed: 'VirtualMFADevice.Base32StringSeed' },
    },
  ),
  iam(
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: 'spare', Tags: [{ Key: 'kind', Value: 'app' }] },
    {
      // "iVBORw0KGgo" is how a PNG begins, in base64.
      bootstrap: 'QRCodePNG',
      answers: { VirtualMFADevice: { SerialNumber: /:mfa\/spare$/, QRCodePNG: /^iVBORw0KGgo/ } },
      keeps: { spare: 'VirtualMFADevice.SerialNumber' },
    },
  ),
  iam(
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: 'spare' },
    { bootstrap: 'QRCodePNG', refused: ['EntityAlreadyExists'] },
  ),
  iam(
    'EnableMFADevice',
    { ...ann, SerialNumber, AuthenticationCode1: '<code-1>', AuthenticationCode2: '<code-2>' },
    { refused: ['InvalidAuthenticationCode'] },
  ),
  iam('EnableMFADevice', {
    ...ann,
    SerialNumber,
    AuthenticationCode1: '<code-2>',
    AuthenticationCode2: '<code-1>',
  }),
  iam(
    'EnableMFADevice',
    { ...ann, SerialNumber, AuthenticationCode1: '<code-2>', AuthenticationCode2: '<code-1>' },
    { refused: ['EntityAlreadyExists'] },
  ),
  iam('ListMFADevices', ann, {
    answers: { MFADevices: [{ UserName: 'ann', SerialNumber, EnableDate: instant }] },
  }),
  iam(
    'GetMFADevice',
    { ...ann, SerialNumber },
    { answers: { UserName: 'ann', SerialNumber, EnableDate: instant } },
  ),
  iam(
    'ListVirtualMFADevices',
    {},
    {
      pageSize: 1,
      answers: {
        VirtualMFADevices: [
          { SerialNumber, User: { UserName: 'ann' }, EnableDate: instant },
          { SerialNumber: '<spare>', User: undefined },
        ],
      },
    },
  ),
  iam(
    'ListVirtualMFADevices',
    { AssignmentStatus: 'Unassigned' },
    { answers: { VirtualMFADevices: [{ SerialNumber: '<spare>' }] } },
  ),
  iam('TagMFADevice', { SerialNumber, Tags: [{ Key: 'owner', Value: 'ann' }] }),
  iam(
    'ListMFADeviceTags',
    { SerialNumber },
    { answers: { Tags: [{ Key: 'owner', Value: 'ann' }] } },
  ),
  iam('UntagMFADevice', { SerialNumber, TagKeys: ['owner'] }),
  iam('ListMFADeviceTags', { SerialNumber }, { answers: { Tags: [] } }),
]

const used: readonly Step[] = [
  iam('PutUserPolicy', {
    ...ann,
    PolicyName: 'WithMfa',
    PolicyDocument: document({
      Effect: 'Allow',
      Action: ['iam:ListUsers', 'sts:AssumeRole'],
      Resource: '*',
      ...present,
    }),
  }),
  iam('CreateRole', { RoleName: 'Careful', AssumeRolePolicyDocument: trustOwn(fresh) }),
  iam('PutRolePolicy', {
    RoleName: 'Careful',
    PolicyName: 'Look',
    PolicyDocument: allow('iam:ListUsers'),
  }),
  iam('ListUsers', {}, { as: 'ann', refused: ['AccessDenied'] }),
  sts('AssumeRole', assume, {
    as: 'ann',
    refused: ['AccessDenied', /not authorized to perform: sts:AssumeRole/],
  }),
  sts(
    'AssumeRole',
    { ...assume, SerialNumber },
    {
      as: 'ann',
      refused: ['AccessDenied', /must provide both MFA serial number and one time pass code/],
    },
  ),
  sts(
    'AssumeRole',
    { ...assume, SerialNumber: '<spare>', TokenCode: '<code+0>' },
    { as: 'ann', refused: ['AccessDenied', /unable to validate MFA code/] },
  ),
  sts(
    'AssumeRole',
    { ...assume, SerialNumber, TokenCode: '<code+0>' },
    {
      as: 'ann',
      keeps: { careful: 'Credentials' },
      answers: { AssumedRoleUser: { Arn: 'arn:aws:sts::<account>:assumed-role/Careful/ann' } },
    },
  ),
  iam('ListUsers', { MaxItems: 1 }, { as: 'careful', answers: { IsTruncated: true } }),
  sts(
    'GetSessionToken',
    { SerialNumber, TokenCode: '<code+0>' },
    { as: 'ann', refused: ['AccessDenied', /invalid MFA one time pass code/] },
  ),
  sts(
    'GetSessionToken',
    { SerialNumber, TokenCode: '<code+1>', DurationSeconds: 900 },
    {
      as: 'ann',
      keeps: { proved: 'Credentials' },
      answers: { Credentials: { AccessKeyId: /^ASIA/, Expiration: instant } },
    },
  ),
  iam('ListUsers', { MaxItems: 1 }, { as: 'proved', answers: { IsTruncated: true } }),
  sts('AssumeRole', assume, {
    as: 'proved',
    answers: { AssumedRoleUser: { AssumedRoleId: /^AROA.*:ann$/ } },
  }),
]

const gone: readonly Step[] = [
  iam(
    'ResyncMFADevice',
    { ...ann, SerialNumber, AuthenticationCode1: '<code+0>', AuthenticationCode2: '<code+1>' },
    { refused: ['InvalidAuthenticationCode'] },
  ),
  iam('ResyncMFADevice', {
    ...ann,
    SerialNumber,
    AuthenticationCode1: '<code+2>',
    AuthenticationCode2: '<code+3>',
  }),
  iam(
    'DeleteVirtualMFADevice',
    { SerialNumber },
    { refused: ['DeleteConflict', /Must deactivate first/] },
  ),
  iam('DeactivateMFADevice', { ...ann, SerialNumber }),
  iam('ListMFADevices', ann, { answers: { MFADevices: [] } }),
  iam('DeleteVirtualMFADevice', { SerialNumber }),
  iam('DeleteVirtualMFADevice', { SerialNumber: '<spare>' }),
  iam('DeleteVirtualMFADevice', { SerialNumber }, { refused: ['NoSuchEntity'] }),
  iam('DeleteRolePolicy', { RoleName: 'Careful', PolicyName: 'Look' }),
  iam('DeleteRole', { RoleName: 'Careful' }),
  iam('DeleteUserPolicy', { ...ann, PolicyName: 'WithMfa' }),
  iam('DeleteAccessKey', { ...ann, AccessKeyId: '<ann.AccessKeyId>' }),
  iam('DeleteUser', ann),
]

/** A device that makes one-time codes, and calls and a role that nobody gets at without one. */
export const mfa: readonly Step[] = [...setUp, ...used, ...gone]
