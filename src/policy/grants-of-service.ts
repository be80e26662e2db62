import type { Policy } from './policy.ts'
import { coversAction } from './statement.ts'

/**
 * Whether a policy has an Allow for any action of a service, whatever its resources, conditions and
 * Denies say. `service`: the prefix of its actions, in lower case.
 */
export function grantsService({ statements }: Policy, service: string): boolean {
  return statements.some(({ effect, actions: { not, values } }) => {
    if (effect !== 'Allow') return false
    if (!not) return values.some((one) => one.service === undefined || one.service === service)
    return !values.some(({ text }) => text === '*' || text.toLowerCase() === `${service}:*`)
  })
}

/** As `grantsService`, for one action: `service:name` in lower case. */
export function grantsAction({ statements }: Policy, action: string): boolean {
  return statements.some((one) => one.effect === 'Allow' && coversAction(one, action))
}
