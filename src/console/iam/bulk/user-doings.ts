import type { Action, Call } from '../../call.ts'
import { listOf, type Values } from '../../fields.ts'
import { tasksOf } from '../../removal.ts'
import type { Task } from '../../tasks.ts'
import { tagsOf } from '../entity-forms/tags.ts'
import { userRemoval, userRemovalCalls } from '../removals/user-removal.ts'
import { words } from './words.ts'

export type Doing = keyof typeof words.doings
export const doings = Object.keys(words.doings) as readonly Doing[]

/** What the doings call besides what is listed to choose from. */
export const doingCalls = [
  ...(['iam:AttachUserPolicy', 'iam:AddUserToGroup', 'iam:TagUser', 'iam:UntagUser'] as const),
  ...(['iam:UpdateAccessKey', 'sts:RevokeSessions'] as const),
  ...userRemovalCalls,
] satisfies readonly Action[]

type UserTasks = readonly Task<Action>[]
type How = (call: Call<Action>, UserName: string, values: Values) => Promise<UserTasks> | UserTasks

/** One task each, for the call that it is. */
const eachOf = (
  names: readonly string[],
  said: (name: string) => string,
  run: (call: Call<Action>, name: string) => Promise<unknown>,
): UserTasks =>
  names.map((name) => ({
    words: said(name),
    run: async (call) => void (await run(call, name)),
  }))

const one = (said: string, run: (call: Call<Action>) => Promise<unknown>): UserTasks => [
  { words: said, run: async (call) => void (await run(call)) },
]

/** Tells what each doing does to one user. */
const hows: Readonly<Record<Doing, How>> = {
  attach: (_call, UserName, { PolicyArn }) =>
    eachOf(listOf(PolicyArn), words.tasks.attach, (call, arn) =>
      call('iam:AttachUserPolicy', { UserName, PolicyArn: arn }),
    ),
  detach: (_call, UserName, { PolicyArn }) =>
    eachOf(listOf(PolicyArn), words.tasks.detach, (call, arn) =>
      call('iam:DetachUserPolicy', { UserName, PolicyArn: arn }),
    ),
  join: (_call, UserName, { GroupName }) =>
    eachOf(listOf(GroupName), words.tasks.join, (call, group) =>
      call('iam:AddUserToGroup', { UserName, GroupName: group }),
    ),
  leave: (_call, UserName, { GroupName }) =>
    eachOf(listOf(GroupName), words.tasks.leave, (call, group) =>
      call('iam:RemoveUserFromGroup', { UserName, GroupName: group }),
    ),
  tag: (_call, UserName, { Tags }) =>
    one(words.tasks.tag, (call) => call('iam:TagUser', { UserName, Tags: tagsOf(Tags) })),
  untag: (_call, UserName, { Keys }) =>
    one(words.tasks.untag, (call) => call('iam:UntagUser', { UserName, TagKeys: keysIn(Keys) })),
  async deactivate(call, UserName) {
    const { AccessKeyMetadata } = await call('iam:ListAccessKeys', { UserName })
    const active = AccessKeyMetadata.filter(({ Status }) => Status === 'Active')
    const ids = active.map(({ AccessKeyId = '' }) => AccessKeyId)
    return eachOf(ids, words.tasks.deactivate, (now, AccessKeyId) =>
      now('iam:UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' }),
    )
  },
  end: (_call, UserName) =>
    one(words.tasks.end, (call) => call('sts:RevokeSessions', { Scope: 'user', Target: UserName })),
  delete: async (call, UserName) => tasksOf(await userRemoval(call, UserName)),
}

/** Keys of tags, one a line. */
export function keysIn(value = ''): readonly string[] {
  const keys = value.split('\n').map((line) => line.trim())
  return [...new Set(keys.filter((key) => key !== ''))]
}

/** The tasks of what was chosen, for one user. */
export async function userTasks(
  call: Call<Action>,
  name: string,
  values: Values,
): Promise<UserTasks> {
  return hows[doingOf(values)](call, name, values)
}

/** The doing that was chosen; the first where the value is none. */
export function doingOf({ Do }: Values): Doing {
  return doings.find((one) => one === Do) ?? doings[0]!
}
