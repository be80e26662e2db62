import { providerName, unfitHost } from '../web-identity/provider.ts'
import type { PolicyProblem } from './policies.ts'
import type { Settings } from './settings.ts'

/** Refuses issuers on hosts without a domain that the file does not resolve, as the API does. */
export function issuerHostProblems({
  accounts,
  outbound,
}: Pick<Settings, 'accounts' | 'outbound'>): readonly PolicyProblem[] {
  const resolved = new Set(Object.keys(outbound.resolve))
  return accounts.flatMap(({ id, oidcProviders = [] }) =>
    oidcProviders.flatMap(({ name: url }) => {
      const name = providerName(url)
      const message = name === undefined ? undefined : unfitHost(name, resolved)
      return message === undefined
        ? []
        : [{ path: ['accounts', id, 'oidcProviders', url], message }]
    }),
  )
}
