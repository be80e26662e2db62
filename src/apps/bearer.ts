import type { Provider } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { type Apps, findApp, isTooOld } from './app.ts'
import { type People, subjectOf } from './people.ts'

export interface BearerPorts {
  readonly provider: Provider
  readonly people: People
  readonly apps: () => Apps
  readonly clock: Clock
}

/** Longer than any token of ours. */
const mostCharacters = 512

/**
 * The person behind an opaque access token of one app. Undefined for everything else: another app's
 * token, one that is over, was revoked or only serves its sender, or a sign-in that ended.
 */
export async function personOf(
  { provider, people, apps, clock }: BearerPorts,
  value: string,
  id: string,
  origin: Origin,
): Promise<Identity | undefined> {
  const app = findApp(apps(), id)
  if (!app || value.length > mostCharacters) return undefined
  const token = await provider.AccessToken.find(value)
  const grantId = token?.grantId
  if (!token?.isValid || token.clientId !== id || token.isSenderConstrained()) return undefined
  const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  if (grantId === undefined || !grant || grant.clientId !== id) return undefined
  const identity = await people.behind(grantId, origin)
  return identity &&
    subjectOf(identity) === token.accountId &&
    people.mayUse(id, identity) &&
    !isTooOld(app, identity.authenticatedAt, clock.now())
    ? identity
    : undefined
}
