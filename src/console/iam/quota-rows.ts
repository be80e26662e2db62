import { bar, type Cell, text } from '../shown.ts'

/** What GetAccountSummary has both a number and a quota of. */
const counted = [
  ['Users', 'Users'],
  ['Groups', 'Groups'],
  ['Roles', 'Roles'],
  ['Policies', 'Managed policies'],
  ['PolicyVersionsInUse', 'Versions of policies'],
  ['InstanceProfiles', 'Instance profiles'],
  ['ServerCertificates', 'Server certificates'],
] as const

/** A bar for each quota of an account. */
export function quotaRows(summary: Readonly<Record<string, number>>): readonly (readonly Cell[])[] {
  return counted.map(([key, words]) => [
    text(words),
    bar(summary[key] ?? 0, summary[`${key}Quota`] ?? 0, words),
  ])
}
