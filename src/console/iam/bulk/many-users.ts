import { bulkPage } from '../../bulk.ts'
import type { Action } from '../../call.ts'
import type { FieldRule } from '../../fields.ts'
import { anyText, limitsOf, problemOf } from '../../limits.ts'
import { words as kit } from '../../words.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickGroups, pickPolicies } from '../entity-forms/pickers.ts'
import { tagsField } from '../entity-forms/tags.ts'
import { searches } from '../listing.ts'
import { policyArnLimits } from '../policy.ts'
import { users } from '../users.ts'
import { type Doing, doingCalls, doingOf, doings, keysIn, userTasks } from './user-doings.ts'
import { words } from './words.ts'

const said = words.users
const keyLimits = { ...limitsOf('gatehouse:SearchEntities', 'TagKey'), required: true }

const only = (field: FieldRule, ...wanted: readonly Doing[]): FieldRule => ({
  ...field,
  when: (values) => wanted.includes(doingOf(values)),
})

const choice: FieldRule = {
  name: 'Do',
  label: said.choice,
  control: {
    kind: 'radio',
    options: doings.map((value) => ({ value, words: words.doings[value] })),
  },
  limits: { ...anyText, required: true, values: doings },
}

const details: readonly FieldRule[] = [
  only(
    {
      ...{ name: 'PolicyArn', label: words.policies, control: toLoad(true) },
      limits: { ...policyArnLimits, required: true },
    },
    ...(['attach', 'detach'] as const),
  ),
  only(
    {
      ...{ name: 'GroupName', label: words.groups, control: toLoad(true) },
      limits: limitsOf('iam:AddUserToGroup', 'GroupName'),
    },
    ...(['join', 'leave'] as const),
  ),
  only(
    {
      ...tagsField,
      label: words.tags,
      help: words.tagsHelp,
      check: (value) =>
        value === '' ? problemOf({ ...anyText, required: true }, '') : tagsField.check?.(value),
    },
    'tag',
  ),
  only(
    {
      ...{ name: 'Keys', label: words.keys, help: words.keysHelp },
      control: { kind: 'lines', rows: 4 },
      limits: { ...anyText, required: true },
      check: keysProblem,
    },
    'untag',
  ),
]

function keysProblem(value: string): string | undefined {
  const keys = keysIn(value)
  if (keys.length === 0) return problemOf({ ...anyText, required: true }, '')
  if (keys.length > 50) return kit.tooMany(50)
  return keys.map((key) => problemOf(keyLimits, key)).find((problem) => problem !== undefined)
}

/** `/console/users/~selected`: the users that were chosen in the list, or are typed here. */
export const manyUsers = bulkPage<Action>({
  path: '/console/users/~selected',
  under: users,
  crumb: words.crumb,
  calls: [searches, ...doingCalls],
  list: '/console/users',
  noun: said,
  name: { ...limitsOf('iam:GetUser', 'UserName'), required: true },
  namesLabel: said.names,
  namesHelp: said.namesHelp,
  choice,
  details: { title: said.details, fields: details },
  button: said.send,
  isDanger: (values) => doingOf(values) === 'delete',
  atOnce: (values) => (doingOf(values) === 'delete' ? 5 : 20),
  read: async (call) => ({
    ...{ title: said.title, says: said.says },
    keep: { text: said.keep, href: '/console/users' },
    controls: {
      PolicyArn: pickPolicies(call, { many: true, typed: words.typedPolicy }),
      GroupName: pickGroups(call, { many: true, typed: words.typedGroup }),
    },
  }),
  tasksFor: userTasks,
  title: (values, many) => words.titles[doingOf(values)](kit.count(many, said.one, said.many)),
})
