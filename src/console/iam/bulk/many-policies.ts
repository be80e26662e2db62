import { type FieldRule, listOf } from '../../fields.ts'
import { aGroup, aPolicy, aRole, aUser, type Subject } from '../entity-forms/subject.ts'
import { policies } from '../policies.ts'
import { policyArnLimits } from '../policy.ts'
import { policyRemoval, policyRemovalCalls } from '../removals/policy-removal.ts'
import { type Doing, eachOf } from './doing.ts'
import { groupsField, rolesField, usersField } from './fields.ts'
import { manyPage } from './many-page.ts'
import { deletion, tagDoings } from './subject-doings.ts'
import { words } from './words.ts'

const said = words.tasks

/** To whom they are attached, and from whom detached. */
function holderDoings(
  { attach, detach }: Subject,
  to: 'toUsers' | 'toGroups' | 'toRoles',
  from: 'fromUsers' | 'fromGroups' | 'fromRoles',
  field: FieldRule,
): readonly Doing[] {
  return [
    {
      ...{ id: to, fields: [field], calls: [attach.action] },
      turnOf: (_call, arn, values) =>
        eachOf(listOf(values[field.name]), said[to], (call, name) => attach.run(call, name, arn)),
    },
    {
      ...{ id: from, fields: [field], calls: [detach.action] },
      turnOf: (_call, arn, values) =>
        eachOf(listOf(values[field.name]), said[from], (call, name) => detach.run(call, name, arn)),
    },
  ]
}

/** `/console/policies/~selected`. */
export const manyPolicies = manyPage({
  list: policies,
  name: policyArnLimits,
  words: words.policies,
  doings: [
    ...holderDoings(aUser, 'toUsers', 'fromUsers', usersField),
    ...holderDoings(aGroup, 'toGroups', 'fromGroups', groupsField),
    ...holderDoings(aRole, 'toRoles', 'fromRoles', rolesField),
    ...tagDoings(aPolicy),
    deletion(policyRemovalCalls, policyRemoval, 2),
  ],
})
