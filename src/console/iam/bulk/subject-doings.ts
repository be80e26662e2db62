import type { Action } from '../../call.ts'
import { listOf } from '../../fields.ts'
import { type Removal, tasksOf } from '../../removal.ts'
import type { Principal, Subject } from '../entity-forms/subject.ts'
import { tagsOf } from '../entity-forms/tags.ts'
import { type AnyCall, type Doing, eachOf, one } from './doing.ts'
import { boundaryField, keysField, keysIn, policiesField, tagsField } from './fields.ts'
import { words } from './words.ts'

const said = words.tasks

/** Managed policies, attached and detached. */
export const attachDoings = ({ attach, detach }: Subject): readonly Doing[] => [
  {
    ...{ id: 'attach', fields: [policiesField], calls: [attach.action] },
    turnOf: (_call, name, { PolicyArn }) =>
      eachOf(listOf(PolicyArn), said.attach, (call, arn) => attach.run(call, name, arn)),
  },
  {
    ...{ id: 'detach', fields: [policiesField], calls: [detach.action] },
    turnOf: (_call, name, { PolicyArn }) =>
      eachOf(listOf(PolicyArn), said.detach, (call, arn) => detach.run(call, name, arn)),
  },
]

export const boundaryDoings = ({
  putBoundary: put,
  deleteBoundary: remove,
}: Principal): readonly Doing[] => [
  {
    ...{ id: 'bind', fields: [boundaryField], calls: [put.action] },
    turnOf: (_call, name, { PermissionsBoundary: arn = '' }) =>
      one(said.bind(arn), (call) => put.run(call, name, arn)),
  },
  {
    // Without a boundary they may do more than before.
    ...{ id: 'unbind', fields: [], calls: [remove.action], isDanger: true },
    turnOf: (_call, name) => one(said.unbind, (call) => remove.run(call, name)),
  },
]

export const tagDoings = ({ tag, untag }: Pick<Principal, 'tag' | 'untag'>): readonly Doing[] => [
  {
    ...{ id: 'tag', fields: [tagsField], calls: [tag.action] },
    turnOf: (_call, name, { Tags }) => one(said.tag, (call) => tag.run(call, name, tagsOf(Tags))),
  },
  {
    ...{ id: 'untag', fields: [keysField], calls: [untag.action] },
    turnOf: (_call, name, { Keys }) =>
      one(said.untag, (call) => untag.run(call, name, keysIn(Keys))),
  },
]

/** Ends what runs by the permissions of a user or a role. */
export const endDoing = (Scope: 'user' | 'role'): Doing => ({
  ...{ id: 'end', fields: [], calls: ['sts:RevokeSessions'] },
  turnOf: (_call, Target) => one(said.end, (call) => call('sts:RevokeSessions', { Scope, Target })),
})

/** As the page that deletes one of them does it. `atOnce`: fewer, the more calls each takes. */
export const deletion = (
  calls: readonly Action[],
  removalOf: (call: AnyCall, name: string) => Promise<Removal<Action>>,
  atOnce: number,
): Doing => ({
  ...{ id: 'delete', fields: [], calls, isDanger: true, atOnce, removalOf },
  async turnOf(call, name) {
    const removal = await removalOf(call, name)
    return { tasks: tasksOf(removal), locked: removal.locked }
  },
})
