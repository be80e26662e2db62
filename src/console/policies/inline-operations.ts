import { group } from '../iam/group.ts'
import { groupPolicy } from '../iam/group-policy.ts'
import { mostItems } from '../iam/parts.ts'
import { role } from '../iam/role.ts'
import { rolePolicy } from '../iam/role-policy.ts'
import { user } from '../iam/user.ts'
import { userPolicy } from '../iam/user-policy.ts'
import { limitsOf } from '../limits.ts'
import type { InlineOperations } from './inline.ts'
import { words } from './words.ts'

const ofUser: InlineOperations = {
  kind: 'user',
  ofHolder: user,
  ofPolicy: userPolicy,
  params: {
    name: limitsOf('iam:PutUserPolicy', 'UserName'),
    policy: limitsOf('iam:PutUserPolicy', 'PolicyName'),
  },
  actions: {
    list: 'iam:ListUserPolicies',
    get: 'iam:GetUserPolicy',
    put: 'iam:PutUserPolicy',
    remove: 'iam:DeleteUserPolicy',
  },
  list: async (call, UserName) =>
    (await call('iam:ListUserPolicies', { UserName, MaxItems: mostItems })).PolicyNames,
  get: async (call, { name: UserName, policy: PolicyName }) =>
    (await call('iam:GetUserPolicy', { UserName, PolicyName })).PolicyDocument,
  put: (call, { name: UserName, policy: PolicyName }, PolicyDocument) =>
    call('iam:PutUserPolicy', { UserName, PolicyName, PolicyDocument }),
  remove: (call, { name: UserName, policy: PolicyName }) =>
    call('iam:DeleteUserPolicy', { UserName, PolicyName }),
}

const ofGroup: InlineOperations = {
  kind: 'group',
  ofHolder: group,
  ofPolicy: groupPolicy,
  params: {
    name: limitsOf('iam:PutGroupPolicy', 'GroupName'),
    policy: limitsOf('iam:PutGroupPolicy', 'PolicyName'),
  },
  actions: {
    list: 'iam:ListGroupPolicies',
    get: 'iam:GetGroupPolicy',
    put: 'iam:PutGroupPolicy',
    remove: 'iam:DeleteGroupPolicy',
    members: 'iam:GetGroup',
  },
  list: async (call, GroupName) =>
    (await call('iam:ListGroupPolicies', { GroupName, MaxItems: mostItems })).PolicyNames,
  get: async (call, { name: GroupName, policy: PolicyName }) =>
    (await call('iam:GetGroupPolicy', { GroupName, PolicyName })).PolicyDocument,
  put: (call, { name: GroupName, policy: PolicyName }, PolicyDocument) =>
    call('iam:PutGroupPolicy', { GroupName, PolicyName, PolicyDocument }),
  remove: (call, { name: GroupName, policy: PolicyName }) =>
    call('iam:DeleteGroupPolicy', { GroupName, PolicyName }),
}

const ofRole: InlineOperations = {
  kind: 'role',
  ofHolder: role,
  ofPolicy: rolePolicy,
  params: {
    name: limitsOf('iam:PutRolePolicy', 'RoleName'),
    policy: limitsOf('iam:PutRolePolicy', 'PolicyName'),
  },
  actions: {
    list: 'iam:ListRolePolicies',
    get: 'iam:GetRolePolicy',
    put: 'iam:PutRolePolicy',
    remove: 'iam:DeleteRolePolicy',
    locked: 'iam:GetRole',
  },
  list: async (call, RoleName) =>
    (await call('iam:ListRolePolicies', { RoleName, MaxItems: mostItems })).PolicyNames,
  get: async (call, { name: RoleName, policy: PolicyName }) =>
    (await call('iam:GetRolePolicy', { RoleName, PolicyName })).PolicyDocument,
  put: (call, { name: RoleName, policy: PolicyName }, PolicyDocument) =>
    call('iam:PutRolePolicy', { RoleName, PolicyName, PolicyDocument }),
  remove: (call, { name: RoleName, policy: PolicyName }) =>
    call('iam:DeleteRolePolicy', { RoleName, PolicyName }),
  async locked(call, RoleName) {
    const { ManagedBy } = await call('iam:GetRole', { RoleName })
    return ManagedBy === 'settings' ? words.inline.bySettings : undefined
  },
}

/** The kinds of holders of inline policies. */
export const inlineHolders: readonly InlineOperations[] = [ofUser, ofGroup, ofRole]
