import { allow, allowed, iam, instant, type Step, sts } from './step.ts'

const ann = { UserName: 'ann' }

const made: readonly Step[] = [
  iam(
    'CreateUser',
    { ...ann, Path: '/staff/', Tags: [{ Key: 'team', Value: 'risk' }] },
    {
      answers: {
        User: {
          UserName: 'ann',
          Path: '/staff/',
          UserId: /^AIDA/,
          Arn: 'arn:aws:iam::<account>:user/staff/ann',
          CreateDate: instant,
          Tags: [{ Key: 'team', Value: 'risk' }],
        },
      },
    },
  ),
  iam(
    'CreateUser',
    { UserName: 'ANN' },
    { refused: ['EntityAlreadyExists', /^User with name ANN already exists/] },
  ),
  iam('CreateUser', { UserName: 'bob' }),
  iam('GetUser', ann, {
    answers: { User: { Path: '/staff/', Tags: [{ Key: 'team', Value: 'risk' }] } },
  }),
  iam(
    'GetUser',
    { UserName: 'nobody' },
    { refused: ['NoSuchEntity', /^The user with name nobody cannot be found/] },
  ),
  iam('GetUser', {}, { answers: { User: { UserName: 'admin' } } }),
]

const listed: readonly Step[] = [
  iam(
    'ListUsers',
    {},
    {
      pageSize: 1,
      answers: {
        Users: [
          { UserName: 'admin' },
          { UserName: 'ann', CreateDate: instant },
          { UserName: 'bob' },
        ],
      },
    },
  ),
  iam(
    'ListUsers',
    { MaxItems: 2 },
    {
      answers: { Users: [{ UserName: 'admin' }, { UserName: 'ann' }], IsTruncated: true },
      keeps: { marker: 'Marker' },
    },
  ),
  iam(
    'ListUsers',
    { MaxItems: 2, Marker: '<marker>' },
    { answers: { Users: [{ UserName: 'bob' }], IsTruncated: false, Marker: undefined } },
  ),
  iam(
    'ListUsers',
    { Marker: 'no marker of ours' },
    { refused: ['ValidationError', /^Invalid Marker/] },
  ),
  iam('ListUsers', { PathPrefix: '/staff/' }, { answers: { Users: [{ UserName: 'ann' }] } }),
  iam('UpdateUser', { UserName: 'bob', NewUserName: 'Ann' }, { refused: ['EntityAlreadyExists'] }),
  iam('UpdateUser', { UserName: 'bob', NewUserName: 'robert', NewPath: '/staff/' }),
  iam(
    'ListUsers',
    { PathPrefix: '/staff/' },
    {
      answers: {
        Users: [{ UserName: 'ann' }, { Arn: 'arn:aws:iam::<account>:user/staff/robert' }],
      },
    },
  ),
  iam('TagUser', {
    ...ann,
    Tags: [
      { Key: 'Team', Value: 'é +=@ 7' },
      { Key: 'cost', Value: '' },
    ],
  }),
  iam(
    'TagUser',
    {
      ...ann,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
    },
    { refused: ['InvalidInput', /^Duplicate tag keys/] },
  ),
  iam('ListUserTags', ann, {
    pageSize: 1,
    answers: {
      Tags: [
        { Key: 'cost', Value: '' },
        { Key: 'Team', Value: 'é +=@ 7' },
      ],
    },
  }),
  iam('UntagUser', { ...ann, TagKeys: ['COST', 'absent'] }),
  iam(
    'ListUserTags',
    { ...ann, MaxItems: 1 },
    { answers: { Tags: [{ Key: 'Team' }], IsTruncated: false } },
  ),
]

const accessKeys: readonly Step[] = [
  iam('CreateAccessKey', ann, {
    answers: {
      AccessKey: {
        UserName: 'ann',
        AccessKeyId: /^AKIA[A-Z2-7]{16}$/,
        SecretAccessKey: /^\S{40}$/,
        Status: 'Active',
        CreateDate: instant,
      },
    },
    keeps: { ann: 'AccessKey' },
  }),
  iam('CreateAccessKey', ann, { keeps: { second: 'AccessKey' } }),
  iam('CreateAccessKey', ann, { refused: ['LimitExceeded', /AccessKeysPerUser: 2/] }),
  iam('ListAccessKeys', ann, {
    pageSize: 1,
    answers: { AccessKeyMetadata: [{ Status: 'Active' }, { Status: 'Active' }] },
  }),
  sts(
    'GetCallerIdentity',
    {},
    {
      as: 'ann',
      answers: {
        Arn: 'arn:aws:iam::<account>:user/staff/ann',
        Account: '<account>',
        UserId: /^AIDA/,
      },
    },
  ),
  iam(
    'GetAccessKeyLastUsed',
    { AccessKeyId: '<ann.AccessKeyId>' },
    {
      answers: {
        UserName: 'ann',
        AccessKeyLastUsed: { ServiceName: 'sts', Region: 'eu-central-1', LastUsedDate: instant },
      },
    },
  ),
  iam(
    'GetAccessKeyLastUsed',
    { AccessKeyId: '<second.AccessKeyId>' },
    { answers: { AccessKeyLastUsed: { ServiceName: 'N/A', LastUsedDate: undefined } } },
  ),
  sts(
    'GetAccessKeyInfo',
    { AccessKeyId: '<ann.AccessKeyId>' },
    { answers: { Account: '<account>' } },
  ),
  iam('UpdateAccessKey', { ...ann, AccessKeyId: '<second.AccessKeyId>', Status: 'Inactive' }),
  sts('GetCallerIdentity', {}, { as: 'second', refused: ['InvalidClientTokenId'] }),
  iam('DeleteAccessKey', { ...ann, AccessKeyId: '<second.AccessKeyId>' }),
  iam(
    'DeleteAccessKey',
    { ...ann, AccessKeyId: '<second.AccessKeyId>' },
    { refused: ['NoSuchEntity', /cannot be found/] },
  ),
  iam(
    'ListAccessKeys',
    {},
    {
      as: 'ann',
      refused: [
        'AccessDenied',
        new RegExp(
          'user/staff/ann is not authorized to perform: iam:ListAccessKeys .* ' +
            'because no identity-based policy allows',
        ),
      ],
    },
  ),
]

const inline: readonly Step[] = [
  iam(
    'PutUserPolicy',
    { ...ann, PolicyName: 'Own', PolicyDocument: '{"Statement":[{"Effect":"Maybe"}]}' },
    { refused: ['MalformedPolicyDocument', /Effect/] },
  ),
  iam('PutUserPolicy', { ...ann, PolicyName: 'Own', PolicyDocument: allow('iam:ListAccessKeys') }),
  iam('PutUserPolicy', { ...ann, PolicyName: 'Also', PolicyDocument: allow('iam:ListMFADevices') }),
  iam(
    'ListAccessKeys',
    {},
    {
      as: 'ann',
      answers: { AccessKeyMetadata: [{ AccessKeyId: '<ann.AccessKeyId>', Status: 'Active' }] },
    },
  ),
  iam(
    'GetUserPolicy',
    { ...ann, PolicyName: 'own' },
    {
      answers: {
        UserName: 'ann',
        PolicyName: 'Own',
        PolicyDocument: allowed('iam:ListAccessKeys'),
      },
    },
  ),
  iam('ListUserPolicies', ann, { pageSize: 1, answers: { PolicyNames: ['Also', 'Own'] } }),
  iam('DeleteUserPolicy', { ...ann, PolicyName: 'Also' }),
  iam(
    'GetUserPolicy',
    { ...ann, PolicyName: 'Also' },
    { refused: ['NoSuchEntity', /^The user policy with name Also cannot be found/] },
  ),
]

const groups: readonly Step[] = [
  iam(
    'CreateGroup',
    { GroupName: 'Readers', Path: '/staff/' },
    {
      answers: {
        Group: {
          GroupName: 'Readers',
          GroupId: /^AGPA/,
          Arn: 'arn:aws:iam::<account>:group/staff/Readers',
          CreateDate: instant,
        },
      },
    },
  ),
  iam(
    'CreateGroup',
    { GroupName: 'readers' },
    { refused: ['EntityAlreadyExists', /^Group with name readers already exists/] },
  ),
  iam('CreateGroup', { GroupName: 'Auditors' }),
  iam(
    'ListGroups',
    {},
    { pageSize: 1, answers: { Groups: [{ GroupName: 'Auditors' }, { GroupName: 'Readers' }] } },
  ),
  iam('AddUserToGroup', { ...ann, GroupName: 'Readers' }),
  iam('AddUserToGroup', { UserName: 'robert', GroupName: 'Readers' }),
  iam(
    'AddUserToGroup',
    { UserName: 'nobody', GroupName: 'Readers' },
    { refused: ['NoSuchEntity'] },
  ),
  iam(
    'GetGroup',
    { GroupName: 'readers' },
    { pageSize: 1, answers: { Users: [{ UserName: 'ann' }, { UserName: 'robert' }] } },
  ),
  iam(
    'GetGroup',
    { GroupName: 'readers', MaxItems: 1 },
    {
      answers: { Group: { GroupName: 'Readers' }, Users: [{ UserName: 'ann' }], IsTruncated: true },
    },
  ),
  iam('PutGroupPolicy', {
    GroupName: 'Readers',
    PolicyName: 'Look',
    PolicyDocument: allow('iam:ListGroups'),
  }),
  iam(
    'ListGroups',
    {},
    { as: 'ann', answers: { Groups: [{ GroupName: 'Auditors' }, { GroupName: 'Readers' }] } },
  ),
  iam(
    'GetGroupPolicy',
    { GroupName: 'Readers', PolicyName: 'Look' },
    {
      answers: {
        GroupName: 'Readers',
        PolicyName: 'Look',
        PolicyDocument: allowed('iam:ListGroups'),
      },
    },
  ),
  iam('ListGroupPolicies', { GroupName: 'Readers' }, { answers: { PolicyNames: ['Look'] } }),
  iam('ListGroupsForUser', ann, {
    answers: { Groups: [{ GroupName: 'Readers', Path: '/staff/' }] },
  }),
  iam('UpdateUser', { ...ann, NewUserName: 'Anna' }),
  sts(
    'GetCallerIdentity',
    {},
    { as: 'ann', answers: { Arn: 'arn:aws:iam::<account>:user/staff/Anna' } },
  ),
  iam(
    'ListGroupsForUser',
    { UserName: 'anna' },
    { answers: { Groups: [{ GroupName: 'Readers' }] } },
  ),
  iam('UpdateUser', { UserName: 'Anna', NewUserName: 'ann' }),
  iam(
    'UpdateGroup',
    { GroupName: 'Readers', NewGroupName: 'auditors' },
    { refused: ['EntityAlreadyExists'] },
  ),
  iam('UpdateGroup', { GroupName: 'Readers', NewGroupName: 'Watchers', NewPath: '/' }),
  iam('ListGroupsForUser', ann, {
    answers: { Groups: [{ Arn: 'arn:aws:iam::<account>:group/Watchers' }] },
  }),
  iam(
    'DeleteGroup',
    { GroupName: 'Watchers' },
    { refused: ['DeleteConflict', /must delete policies first/] },
  ),
  iam('DeleteGroupPolicy', { GroupName: 'Watchers', PolicyName: 'Look' }),
  iam('ListGroups', {}, { as: 'ann', refused: ['AccessDenied'] }),
  iam(
    'DeleteGroup',
    { GroupName: 'Watchers' },
    { refused: ['DeleteConflict', /must remove users from group first/] },
  ),
  iam('RemoveUserFromGroup', { UserName: 'robert', GroupName: 'Watchers' }),
]

const gone: readonly Step[] = [
  iam('DeleteUser', ann, { refused: ['DeleteConflict', /must delete policies first/] }),
  iam('DeleteUserPolicy', { ...ann, PolicyName: 'Own' }),
  iam('DeleteUser', ann, { refused: ['DeleteConflict', /must remove users from group first/] }),
  iam('RemoveUserFromGroup', { ...ann, GroupName: 'Watchers' }),
  iam('DeleteUser', ann, { refused: ['DeleteConflict', /must delete access keys first/] }),
  iam('DeleteAccessKey', { ...ann, AccessKeyId: '<ann.AccessKeyId>' }),
  iam('DeleteUser', ann),
  iam('DeleteUser', { UserName: 'robert' }),
  iam('DeleteGroup', { GroupName: 'Watchers' }),
  iam('DeleteGroup', { GroupName: 'Auditors' }),
  iam('ListGroups', {}, { answers: { Groups: [] } }),
  sts('GetCallerIdentity', {}, { as: 'ann', refused: ['InvalidClientTokenId'] }),
]

/** Two users and two groups: made, listed, given keys and policies, used, and taken away again. */
export const usersAndGroups: readonly Step[] = [
  ...made,
  ...listed,
  ...accessKeys,
  ...inline,
  ...groups,
  ...gone,
]
