import { longestSession } from '../../kernel/role-sessions.ts'
import { addressOf } from '../address.ts'
import type { Control } from '../form-shown.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { durationWords } from './duration-words.ts'
import { role } from './role.ts'
import { words as all } from './words.ts'

const words = all.role.edit

const offeredSeconds = [3600, 7200, 14_400, 28_800, 43_200]

/** `/console/roles/NAME/edit`. */
export const roleEdit = formPage({
  path: '/console/roles/:name/edit',
  params: { name: limitsOf('iam:GetRole', 'RoleName') },
  under: role,
  crumb: all.acts.edit,
  calls: ['iam:GetRole', 'iam:UpdateRole'],
  operation: 'iam:UpdateRole',
  button: words.button,
  fields: [
    {
      member: 'Description',
      label: words.description,
      help: words.descriptionHelp,
      control: { kind: 'lines', rows: 3 },
    },
    {
      member: 'MaxSessionDuration',
      label: all.roles.longest,
      help: words.longestHelp,
      control: durations,
      words: (seconds) => durationWords(Number(seconds)),
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
    const href = addressOf('/console/roles/:name', { name: found.RoleName })
    return {
      title: words.title(found.RoleName),
      says: words.says,
      locked: ManagedBy === 'settings' ? words.locked : undefined,
      values: {
        Description: found.Description,
        MaxSessionDuration: found.MaxSessionDuration,
      },
      keep: { text: words.keep, href },
    }
  },
  async save(call, { params: { name = '' } }, changed) {
    await call('iam:UpdateRole', { ...changed, RoleName: name })
    return {
      to: addressOf('/console/roles/:name', { name }),
      said: words.said,
    }
  },
})

/** Offers the usual durations, and the current one if it is not among them. */
export function durations(now: string | undefined): Control {
  const seconds = [
    ...new Set([...offeredSeconds, Number(now ?? longestSession.defaultSeconds)]),
  ].toSorted((a, b) => a - b)
  const options = seconds.map((one) => ({ value: String(one), words: durationWords(one) }))
  return { kind: 'choice', options }
}
