import { allow, allowed, document, iam, instant, type Step, trustOwn } from './step.ts'

const job = { RoleName: 'Job' }
const read = 'arn:aws:iam::<account>:policy/ops/Read'
const edge = 'arn:aws:iam::<account>:policy/Edge'

const policies: readonly Step[] = [
  iam(
    'CreatePolicy',
    {
      PolicyName: 'Read',
      Path: '/ops/',
      Description: 'looks',
      PolicyDocument: allow('iam:ListUsers'),
      Tags: [{ Key: 'team', Value: 'ops' }],
    },
    {
      answers: {
        Policy: {
          PolicyName: 'Read',
          PolicyId: /^ANPA/,
          Arn: read,
          Path: '/ops/',
          DefaultVersionId: 'v1',
          AttachmentCount: 0,
          IsAttachable: true,
          CreateDate: instant,
          UpdateDate: instant,
          Tags: [{ Key: 'team', Value: 'ops' }],
        },
      },
    },
  ),
  iam(
    'CreatePolicy',
    { PolicyName: 'read', PolicyDocument: allow('iam:ListUsers') },
    { refused: ['EntityAlreadyExists', /A policy called read already exists/] },
  ),
  iam(
    'CreatePolicy',
    { PolicyName: 'Broken', PolicyDocument: '{}' },
    { refused: ['MalformedPolicyDocument'] },
  ),
  iam('CreatePolicy', { PolicyName: 'Edge', PolicyDocument: allow('iam:ListRoles') }),
  iam(
    'CreatePolicyVersion',
    { PolicyArn: read, PolicyDocument: allow('iam:ListRoles'), SetAsDefault: true },
    {
      answers: { PolicyVersion: { VersionId: 'v2', IsDefaultVersion: true, CreateDate: instant } },
    },
  ),
  iam(
    'GetPolicyVersion',
    { PolicyArn: read, VersionId: 'v1' },
    {
      answers: {
        PolicyVersion: {
          VersionId: 'v1',
          IsDefaultVersion: false,
          Document: allowed('iam:ListUsers'),
        },
      },
    },
  ),
  iam(
    'GetPolicyVersion',
    { PolicyArn: read, VersionId: 'v9' },
    { refused: ['NoSuchEntity', /v9 does not exist/] },
  ),
  iam(
    'ListPolicyVersions',
    { PolicyArn: read },
    {
      pageSize: 1,
      answers: {
        Versions: [
          { VersionId: 'v2', IsDefaultVersion: true },
          { VersionId: 'v1', IsDefaultVersion: false },
        ],
      },
    },
  ),
  iam('SetDefaultPolicyVersion', { PolicyArn: read, VersionId: 'v1' }),
  iam(
    'GetPolicy',
    { PolicyArn: read },
    { answers: { Policy: { DefaultVersionId: 'v1', Description: 'looks' } } },
  ),
  iam(
    'DeletePolicyVersion',
    { PolicyArn: read, VersionId: 'v1' },
    { refused: ['DeleteConflict', /default version/] },
  ),
  iam('TagPolicy', { PolicyArn: read, Tags: [{ Key: 'cost', Value: '7' }] }),
  iam(
    'ListPolicyTags',
    { PolicyArn: read },
    {
      answers: {
        Tags: [
          { Key: 'cost', Value: '7' },
          { Key: 'team', Value: 'ops' },
        ],
      },
    },
  ),
  iam('UntagPolicy', { PolicyArn: read, TagKeys: ['team'] }),
  iam('ListPolicyTags', { PolicyArn: read }, { answers: { Tags: [{ Key: 'cost' }] } }),
  iam(
    'ListPolicies',
    { Scope: 'Local' },
    {
      pageSize: 1,
      answers: { Policies: [{ PolicyName: 'Edge' }, { PolicyName: 'Read', Tags: undefined }] },
    },
  ),
  iam(
    'ListPolicies',
    { Scope: 'Local', MaxItems: 1 },
    {
      answers: { Policies: [{ PolicyName: 'Edge' }], IsTruncated: true },
      keeps: { marker: 'Marker' },
    },
  ),
  iam(
    'ListPolicies',
    { Scope: 'Local', Marker: '<marker>' },
    { answers: { Policies: [{ PolicyName: 'Read' }], IsTruncated: false } },
  ),
  iam('ListPolicies', { OnlyAttached: true }, { answers: { Policies: [] } }),
  iam(
    'ListPolicies',
    { Scope: 'AWS', PathPrefix: '/job-function/', MaxItems: 1 },
    { answers: { Policies: [{ PolicyName: 'Billing' }], IsTruncated: true } },
  ),
]

const roles: readonly Step[] = [
  iam(
    'CreateRole',
    {
      ...job,
      Path: '/jobs/',
      Description: 'é & <1>',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: trustOwn(),
      Tags: [{ Key: 'team', Value: 'risk' }],
    },
    {
      answers: {
        Role: {
          RoleName: 'Job',
          RoleId: /^AROA/,
          Arn: 'arn:aws:iam::<account>:role/jobs/Job',
          CreateDate: instant,
          Description: 'é & <1>',
          AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: '<account>' } }] },
        },
      },
    },
  ),
  iam(
    'CreateRole',
    { RoleName: 'JOB', AssumeRolePolicyDocument: trustOwn() },
    { refused: ['EntityAlreadyExists', /^Role with name JOB already exists/] },
  ),
  iam(
    'CreateRole',
    { RoleName: 'Free', AssumeRolePolicyDocument: allow('sts:AssumeRole') },
    { refused: ['MalformedPolicyDocument'] },
  ),
  iam(
    'CreateRole',
    { RoleName: 'Spare', AssumeRolePolicyDocument: trustOwn(), PermissionsBoundary: edge },
    { answers: { Role: { PermissionsBoundary: { PermissionsBoundaryArn: edge } } } },
  ),
  iam('GetRole', job, {
    answers: {
      Role: {
        Path: '/jobs/',
        Tags: [{ Key: 'team', Value: 'risk' }],
        AssumeRolePolicyDocument: { Version: '2012-10-17' },
      },
    },
  }),
  iam(
    'GetRole',
    { RoleName: 'Nobody' },
    { refused: ['NoSuchEntity', /^The role with name Nobody cannot be found/] },
  ),
  iam(
    'ListRoles',
    {},
    {
      pageSize: 1,
      answers: {
        Roles: [
          { RoleName: 'Fixed' },
          { RoleName: 'Job', AssumeRolePolicyDocument: { Version: '2012-10-17' } },
          { RoleName: 'Spare' },
        ],
      },
    },
  ),
  iam(
    'ListRoles',
    { PathPrefix: '/jobs/', MaxItems: 1 },
    { answers: { Roles: [{ RoleName: 'Job' }], IsTruncated: false } },
  ),
  iam('UpdateRole', { ...job, Description: 'hourly', MaxSessionDuration: 3600 }),
  iam(
    'UpdateRoleDescription',
    { ...job, Description: 'daily' },
    { answers: { Role: { Description: 'daily', MaxSessionDuration: 3600 } } },
  ),
  iam('UpdateAssumeRolePolicy', {
    ...job,
    PolicyDocument: document({
      Effect: 'Allow',
      Principal: { AWS: '<member>' },
      Action: 'sts:AssumeRole',
    }),
  }),
  iam('GetRole', job, {
    answers: {
      Role: { AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: '<member>' } }] } },
    },
  }),
  iam('TagRole', { ...job, Tags: [{ Key: 'stage', Value: 'prod' }] }),
  iam('ListRoleTags', job, {
    answers: {
      Tags: [
        { Key: 'stage', Value: 'prod' },
        { Key: 'team', Value: 'risk' },
      ],
    },
  }),
  iam('UntagRole', { ...job, TagKeys: ['stage'] }),
  iam(
    'ListRoleTags',
    { ...job, MaxItems: 1 },
    { answers: { Tags: [{ Key: 'team' }], IsTruncated: false } },
  ),
  iam('PutRolePolicy', { ...job, PolicyName: 'Do', PolicyDocument: allow('iam:GetRole') }),
  iam(
    'GetRolePolicy',
    { ...job, PolicyName: 'Do' },
    { answers: { RoleName: 'Job', PolicyName: 'Do', PolicyDocument: allowed('iam:GetRole') } },
  ),
  iam('ListRolePolicies', job, { answers: { PolicyNames: ['Do'] } }),
  iam('DeleteRole', job, { refused: ['DeleteConflict', /must delete policies first/] }),
  iam('DeleteRolePolicy', { ...job, PolicyName: 'Do' }),
]

const attachments: readonly Step[] = [
  iam('CreateUser', { UserName: 'robot' }),
  iam('CreateAccessKey', { UserName: 'robot' }, { keeps: { robot: 'AccessKey' } }),
  iam('CreateGroup', { GroupName: 'machines' }),
  iam('ListUsers', {}, { as: 'robot', refused: ['AccessDenied'] }),
  iam('AttachUserPolicy', { UserName: 'robot', PolicyArn: read }),
  iam('AttachGroupPolicy', { GroupName: 'machines', PolicyArn: read }),
  iam('AttachRolePolicy', { ...job, PolicyArn: read }),
  iam(
    'AttachRolePolicy',
    { ...job, PolicyArn: 'arn:aws:iam::<account>:policy/Absent' },
    { refused: ['NoSuchEntity', /does not exist or is not attachable/] },
  ),
  iam('ListUsers', { MaxItems: 1 }, { as: 'robot', answers: { Users: [{ UserName: 'admin' }] } }),
  iam('SetDefaultPolicyVersion', { PolicyArn: read, VersionId: 'v2' }),
  iam('ListUsers', {}, { as: 'robot', refused: ['AccessDenied'] }),
  iam('ListRoles', { MaxItems: 1 }, { as: 'robot', answers: { Roles: [{ RoleName: 'Fixed' }] } }),
  iam('SetDefaultPolicyVersion', { PolicyArn: read, VersionId: 'v1' }),
  iam(
    'ListAttachedUserPolicies',
    { UserName: 'robot' },
    { answers: { AttachedPolicies: [{ PolicyName: 'Read', PolicyArn: read }] } },
  ),
  iam(
    'ListAttachedGroupPolicies',
    { GroupName: 'machines' },
    { answers: { AttachedPolicies: [{ PolicyName: 'Read', PolicyArn: read }] } },
  ),
  iam('ListAttachedRolePolicies', job, {
    answers: { AttachedPolicies: [{ PolicyName: 'Read', PolicyArn: read }] },
  }),
  iam('PutUserPermissionsBoundary', { UserName: 'robot', PermissionsBoundary: edge }),
  iam(
    'ListUsers',
    {},
    { as: 'robot', refused: ['AccessDenied', /no permissions boundary allows/] },
  ),
  iam(
    'GetUser',
    { UserName: 'robot' },
    { answers: { User: { PermissionsBoundary: { PermissionsBoundaryArn: edge } } } },
  ),
  iam('DeleteUserPermissionsBoundary', { UserName: 'robot' }),
  iam('PutRolePermissionsBoundary', { ...job, PermissionsBoundary: edge }),
  iam(
    'GetPolicy',
    { PolicyArn: edge },
    { answers: { Policy: { AttachmentCount: 0, PermissionsBoundaryUsageCount: 2 } } },
  ),
  iam(
    'ListEntitiesForPolicy',
    { PolicyArn: edge, PolicyUsageFilter: 'PermissionsBoundary' },
    { answers: { PolicyRoles: [{ RoleName: 'Job' }, { RoleName: 'Spare' }] } },
  ),
  iam('DeleteRolePermissionsBoundary', job),
  iam(
    'ListEntitiesForPolicy',
    { PolicyArn: read },
    {
      pageSize: 1,
      answers: {
        PolicyGroups: [{ GroupName: 'machines' }],
        PolicyRoles: [{ RoleName: 'Job', RoleId: /^AROA/ }],
        PolicyUsers: [{ UserName: 'robot' }],
      },
    },
  ),
]

const ofTheSettings = /^The role Fixed is put in place by the settings file: change it there/
const fixed: readonly Step[] = [
  iam(
    'AttachRolePolicy',
    { RoleName: 'Fixed', PolicyArn: read },
    { refused: ['AccessDenied', ofTheSettings] },
  ),
  iam(
    'PutRolePolicy',
    { RoleName: 'Fixed', PolicyName: 'Do', PolicyDocument: allow('iam:GetRole') },
    { refused: ['AccessDenied', ofTheSettings] },
  ),
  iam(
    'TagRole',
    { RoleName: 'Fixed', Tags: [{ Key: 'a', Value: 'b' }] },
    { refused: ['AccessDenied', ofTheSettings] },
  ),
  iam('DeleteRole', { RoleName: 'Fixed' }, { refused: ['AccessDenied', ofTheSettings] }),
]

const gone: readonly Step[] = [
  iam(
    'DeletePolicy',
    { PolicyArn: read },
    { refused: ['DeleteConflict', /^Cannot delete a policy attached to entities/] },
  ),
  iam('DeleteRole', job, { refused: ['DeleteConflict', /must detach all policies first/] }),
  iam('DetachUserPolicy', { UserName: 'robot', PolicyArn: read }),
  iam('DetachGroupPolicy', { GroupName: 'machines', PolicyArn: read }),
  iam('DetachRolePolicy', { ...job, PolicyArn: read }),
  iam('DetachRolePolicy', { ...job, PolicyArn: read }, { refused: ['NoSuchEntity'] }),
  iam(
    'DeletePolicy',
    { PolicyArn: read },
    { refused: ['DeleteConflict', /more than one version/] },
  ),
  iam('DeletePolicyVersion', { PolicyArn: read, VersionId: 'v2' }),
  iam('DeletePolicy', { PolicyArn: read }),
  iam('GetPolicy', { PolicyArn: read }, { refused: ['NoSuchEntity', /was not found/] }),
  iam('DeleteRole', job),
  iam('DeleteRole', { RoleName: 'Spare' }),
  iam('DeletePolicy', { PolicyArn: edge }),
  iam('DeleteAccessKey', { UserName: 'robot', AccessKeyId: '<robot.AccessKeyId>' }),
  iam('DeleteUser', { UserName: 'robot' }),
  iam('DeleteGroup', { GroupName: 'machines' }),
]

/** Managed policies and roles, and what the one does for users, groups and the other. */
export const rolesAndPolicies: readonly Step[] = [
  ...policies,
  ...roles,
  ...attachments,
  ...fixed,
  ...gone,
]
