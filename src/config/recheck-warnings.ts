import { asksForRefreshToken } from '../connectors/oidc/presets.ts'
import type { PolicyProblem } from './policies.ts'
import type { Settings } from './settings.ts'

/** Warns of connectors that are to ask again about people, and ask for nothing to do it with. */
export function recheckWarnings({ connectors }: Settings): readonly PolicyProblem[] {
  const message =
    'no scope asks for a refresh token: unless the provider gives one all the same, sign-ins end ' +
    'after everySeconds and awaySeconds. Add `offline_access` to `scopes`'
  return Object.entries(connectors).flatMap(([id, connector]) =>
    connector.type === 'oidc' && connector.recheck && !asksForRefreshToken(connector)
      ? [{ path: ['connectors', id, 'recheck'], message }]
      : [],
  )
}
