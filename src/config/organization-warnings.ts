import { fullAccess, parsePolicy, type WrittenOrganization } from '../policy/index.ts'
import { places } from './organization.ts'
import type { PolicyProblem } from './policies.ts'

/**
 * Warns of places whose service control policies allow nothing at all, and of accounts of the
 * settings that are outside of the organization.
 */
export function organizationWarnings(
  written: WrittenOrganization | undefined,
  known: readonly { readonly id: string }[],
): readonly PolicyProblem[] {
  if (!written) return []
  const silent = [...places(written)]
    .filter(({ attached: { serviceControl } }) => !serviceControl.some(mayAllow(written)))
    .map(({ path }) => ({
      path: ['organization', ...path],
      message:
        'no service control policy here allows anything, so nothing is allowed below: name ' +
        `\`${fullAccess}\` too`,
    }))
  const outside = known
    .filter(({ id }) => !Object.hasOwn(written.accounts, id))
    .map(({ id }) => ({
      path: ['organization', 'accounts'],
      message: `account ${id} is not a member: no policy of the organization binds it`,
    }))
  return [...silent, ...outside]
}

function mayAllow({ serviceControlPolicies }: WrittenOrganization): (name: string) => boolean {
  return (name) => {
    if (name === fullAccess) return true
    const parsed = parsePolicy('service-control', name, serviceControlPolicies[name] ?? '')
    return parsed.ok && parsed.policy.statements.some(({ effect }) => effect === 'Allow')
  }
}
