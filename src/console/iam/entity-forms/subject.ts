import type { Tag } from '../../../reference/aws/iam-shapes.gen.ts'
import type { Action, Call } from '../../call.ts'
import { type Limits, limitsOf } from '../../limits.ts'
import type { Page } from '../../page.ts'
import { group } from '../group.ts'
import { isReadyMade } from '../policies.ts'
import { policy } from '../policy.ts'
import { role } from '../role.ts'
import { user } from '../user.ts'
import { words } from './words.ts'

/** What forms about a user, a group or a role need of it. */
interface Found {
  readonly name: string
  readonly tags?: readonly Tag[] | undefined
  readonly boundary?: string | undefined
  /** Why it can't be changed here. */
  readonly locked?: string | undefined
}

type AnyCall = Call<Action>
type Change = (call: AnyCall, name: string, value: string) => Promise<unknown>

/** Users, groups and roles, as far as the same forms change them. */
export interface Subject {
  readonly path: `/console/${string}/:name`
  readonly page: Page
  readonly name: Limits
  readonly gets: Action
  find(call: AnyCall, name: string): Promise<Found>
  readonly attach: { readonly action: Action; readonly run: Change }
  readonly detach: { readonly action: Action; readonly run: Change }
}

/** What has tags. */
export interface Tagged extends Pick<Subject, 'page' | 'gets' | 'find'> {
  /** The parameter of its page that names it; absent: the only one. */
  readonly by?: string | undefined
  readonly tag: {
    readonly action: Action
    run(call: AnyCall, name: string, tags: readonly Tag[]): Promise<unknown>
  }
  readonly untag: {
    readonly action: Action
    run(call: AnyCall, name: string, keys: readonly string[]): Promise<unknown>
  }
}

/** Subjects that have tags and a boundary. */
export interface Principal extends Subject, Tagged {
  readonly putBoundary: { readonly action: Action; readonly run: Change }
  readonly deleteBoundary: {
    readonly action: Action
    run(call: AnyCall, name: string): Promise<unknown>
  }
}

export const aUser: Principal = {
  path: '/console/users/:name',
  page: user,
  name: { ...limitsOf('iam:GetUser', 'UserName'), required: true },
  gets: 'iam:GetUser',
  async find(call, UserName) {
    const { User: found } = await call('iam:GetUser', { UserName })
    const boundary = found.PermissionsBoundary?.PermissionsBoundaryArn
    return { name: found.UserName, tags: found.Tags, boundary }
  },
  attach: {
    action: 'iam:AttachUserPolicy',
    run: (call, UserName, PolicyArn) => call('iam:AttachUserPolicy', { UserName, PolicyArn }),
  },
  detach: {
    action: 'iam:DetachUserPolicy',
    run: (call, UserName, PolicyArn) => call('iam:DetachUserPolicy', { UserName, PolicyArn }),
  },
  putBoundary: {
    action: 'iam:PutUserPermissionsBoundary',
    run: (call, UserName, PermissionsBoundary) =>
      call('iam:PutUserPermissionsBoundary', { UserName, PermissionsBoundary }),
  },
  deleteBoundary: {
    action: 'iam:DeleteUserPermissionsBoundary',
    run: (call, UserName) => call('iam:DeleteUserPermissionsBoundary', { UserName }),
  },
  tag: {
    action: 'iam:TagUser',
    run: (call, UserName, Tags) => call('iam:TagUser', { UserName, Tags }),
  },
  untag: {
    action: 'iam:UntagUser',
    run: (call, UserName, TagKeys) => call('iam:UntagUser', { UserName, TagKeys }),
  },
}

export const aGroup: Subject = {
  path: '/console/groups/:name',
  page: group,
  name: limitsOf('iam:GetGroup', 'GroupName'),
  gets: 'iam:GetGroup',
  async find(call, GroupName) {
    const { Group } = await call('iam:GetGroup', { GroupName, MaxItems: 1 })
    return { name: Group.GroupName }
  },
  attach: {
    action: 'iam:AttachGroupPolicy',
    run: (call, GroupName, PolicyArn) => call('iam:AttachGroupPolicy', { GroupName, PolicyArn }),
  },
  detach: {
    action: 'iam:DetachGroupPolicy',
    run: (call, GroupName, PolicyArn) => call('iam:DetachGroupPolicy', { GroupName, PolicyArn }),
  },
}

export const aRole: Principal = {
  path: '/console/roles/:name',
  page: role,
  name: limitsOf('iam:GetRole', 'RoleName'),
  gets: 'iam:GetRole',
  async find(call, RoleName) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName })
    const boundary = found.PermissionsBoundary?.PermissionsBoundaryArn
    const locked = ManagedBy === 'settings' ? words.locked : undefined
    return { name: found.RoleName, tags: found.Tags, boundary, locked }
  },
  attach: {
    action: 'iam:AttachRolePolicy',
    run: (call, RoleName, PolicyArn) => call('iam:AttachRolePolicy', { RoleName, PolicyArn }),
  },
  detach: {
    action: 'iam:DetachRolePolicy',
    run: (call, RoleName, PolicyArn) => call('iam:DetachRolePolicy', { RoleName, PolicyArn }),
  },
  putBoundary: {
    action: 'iam:PutRolePermissionsBoundary',
    run: (call, RoleName, PermissionsBoundary) =>
      call('iam:PutRolePermissionsBoundary', { RoleName, PermissionsBoundary }),
  },
  deleteBoundary: {
    action: 'iam:DeleteRolePermissionsBoundary',
    run: (call, RoleName) => call('iam:DeleteRolePermissionsBoundary', { RoleName }),
  },
  tag: {
    action: 'iam:TagRole',
    run: (call, RoleName, Tags) => call('iam:TagRole', { RoleName, Tags }),
  },
  untag: {
    action: 'iam:UntagRole',
    run: (call, RoleName, TagKeys) => call('iam:UntagRole', { RoleName, TagKeys }),
  },
}

export const aPolicy: Tagged = {
  page: policy,
  gets: 'iam:GetPolicy',
  async find(call, PolicyArn) {
    const { Policy: { PolicyName = '', Tags } = {} } = await call('iam:GetPolicy', { PolicyArn })
    const locked = isReadyMade(PolicyArn) ? words.readyMade : undefined
    return { name: PolicyName, tags: Tags, locked }
  },
  tag: {
    action: 'iam:TagPolicy',
    run: (call, PolicyArn, Tags) => call('iam:TagPolicy', { PolicyArn, Tags }),
  },
  untag: {
    action: 'iam:UntagPolicy',
    run: (call, PolicyArn, TagKeys) => call('iam:UntagPolicy', { PolicyArn, TagKeys }),
  },
}
