import { longestSession } from '../../kernel/role-sessions.ts'
import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import type { Control } from '../shown.ts'
import { durationWords } from './duration-words.ts'
import { role } from './role.ts'

const offeredSeconds = [3600, 7200, 14_400, 28_800, 43_200]

/** `/console/roles/NAME/edit`. */
export const roleEdit = formPage({
  path: '/console/roles/:name/edit',
  params: { name: limitsOf('iam:GetRole', 'RoleName') },
  under: role,
  crumb: 'Edit',
  calls: ['iam:GetRole', 'iam:UpdateRole'],
  operation: 'iam:UpdateRole',
  button: 'Save the role',
  fields: [
    {
      member: 'Description',
      label: 'Description',
      help: 'For people: what the role is for.',
      control: { kind: 'lines', rows: 3 },
    },
    {
      member: 'MaxSessionDuration',
      label: 'Longest session',
      help: 'Sessions that run now keep their end; new ones may last as long as this.',
      control: durations,
      words: (seconds) => durationWords(Number(seconds)),
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
    const href = addressOf('/console/roles/:name', { name: found.RoleName })
    return {
      title: `Edit ${found.RoleName}`,
      says: 'Nothing changes until you save.',
      locked:
        ManagedBy === 'settings'
          ? 'The settings file put this role in place, so it is changed there and not here.'
          : undefined,
      values: {
        Description: found.Description,
        MaxSessionDuration: found.MaxSessionDuration,
      },
      keep: { text: 'Keep it as it is', href },
    }
  },
  async save(call, { params: { name = '' } }, changed) {
    await call('iam:UpdateRole', { ...changed, RoleName: name })
    return {
      to: addressOf('/console/roles/:name', { name }),
      said: 'The role was changed. It counts from the next session.',
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
