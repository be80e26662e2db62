import { type FieldRule, fieldOf } from '../../fields.ts'
import { anyText, limitsOf, problemOf } from '../../limits.ts'
import { words as kit } from '../../words.ts'
import { durationWords } from '../duration-words.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickGroups, pickPolicies, pickRoles, pickUsers } from '../entity-forms/pickers.ts'
import { tagsField as anyTags } from '../entity-forms/tags.ts'
import { policyArnLimits } from '../policy.ts'
import { durations } from '../role-edit.ts'
import type { AnyCall } from './doing.ts'
import { words } from './words.ts'

const said = words.fields
/** IAM quota: tags of one thing. */
const mostKeys = 50
const keyLimits = { ...limitsOf('gatehouse:SearchEntities', 'TagKey'), required: true }
const needed = () => problemOf({ ...anyText, required: true }, '')

export const policiesField: FieldRule = {
  ...{ name: 'PolicyArn', label: said.policies, control: toLoad(true) },
  limits: { ...policyArnLimits, required: true },
}
export const groupsField = fieldOf('iam:AddUserToGroup', 'GroupName', {
  ...{ label: said.groups, control: toLoad(true) },
})
export const usersField = fieldOf('iam:AddUserToGroup', 'UserName', {
  ...{ label: said.users, control: toLoad(true) },
})
export const rolesField = fieldOf('iam:AttachRolePolicy', 'RoleName', {
  ...{ label: said.roles, control: toLoad(true) },
})
export const boundaryField: FieldRule = {
  ...{ name: 'PermissionsBoundary', label: said.boundary, control: toLoad(false) },
  limits: { ...policyArnLimits, required: true },
}
export const longestField = fieldOf('iam:UpdateRole', 'MaxSessionDuration', {
  label: said.longest,
  control: (value) => durations(value === '' ? undefined : value),
  words: (seconds) => durationWords(Number(seconds)),
  limits: { required: true },
})
export const tagsField: FieldRule = {
  ...anyTags,
  ...{ label: said.tags, help: said.tagsHelp },
  check: (value) => (value === '' ? needed() : anyTags.check?.(value)),
}
export const keysField: FieldRule = {
  ...{ name: 'Keys', label: said.keys, help: said.keysHelp },
  control: { kind: 'lines', rows: 4 },
  limits: { ...anyText, required: true },
  check: keysProblem,
}

/** Keys of tags, one a line. */
export function keysIn(value = ''): readonly string[] {
  const keys = value.split('\n').map((line) => line.trim())
  return [...new Set(keys.filter((key) => key !== ''))]
}

function keysProblem(value: string): string | undefined {
  const keys = keysIn(value)
  if (keys.length === 0) return needed()
  if (keys.length > mostKeys) return kit.tooMany(mostKeys)
  return keys.map((key) => problemOf(keyLimits, key)).find((problem) => problem !== undefined)
}

/** What the fields choose from, by their names. */
export const pickersOf = (call: AnyCall) => ({
  PolicyArn: pickPolicies(call, { many: true, typed: said.typedPolicy }),
  PermissionsBoundary: pickPolicies(call, { many: false, typed: said.typedPolicy }),
  GroupName: pickGroups(call, { many: true, typed: said.typedGroup }),
  UserName: pickUsers(call, { many: true, typed: said.typedUser }),
  RoleName: pickRoles(call, { many: true, typed: said.typedRole }),
})
