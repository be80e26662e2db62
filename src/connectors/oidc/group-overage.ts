import { type Configuration, fetchProtectedResource } from 'openid-client'
import type { Claims } from '../../web-identity/token.ts'
import { type ClaimPath, claimAt, isOfGraph, pathText } from './claim-path.ts'
import { OidcFault } from './oidc-fault.ts'

/** Microsoft Graph v1.0, "directoryObject: getMemberObjects": nested groups included. */
const memberObjects = new URL('https://graph.microsoft.com/v1.0/me/getMemberObjects')

/**
 * Whether the groups are somewhere else (Core 1.0, section 5.6.2): Entra ID leaves them out where
 * there are more than 200. A person without groups is not the same as one with too many.
 * `hasgroups` says so of `groups` alone: app roles (`roles`) are in the token all the same.
 */
export function groupsElsewhere(path: ClaimPath, claims: Claims): boolean {
  if (claimAt(claims, ['_claim_names', path[0]!]) !== undefined) return true
  return isOfGraph(path) && claims.hasgroups === true
}

/**
 * Asks Microsoft Graph for the ids of all groups of the person, with the access token of the
 * sign-in. Only this address is asked, whatever the token says. Throws OidcFault.
 */
export async function groupsOfGraph(
  configuration: Configuration,
  accessToken: string,
): Promise<readonly unknown[]> {
  const answer = await fetchProtectedResource(
    configuration,
    accessToken,
    memberObjects,
    'POST',
    '{"securityEnabledOnly":false}',
    new Headers({ 'content-type': 'application/json', accept: 'application/json' }),
  )
  const told = answer.status === 200 ? await answer.json().catch(() => undefined) : undefined
  const more = told?.['@odata.nextLink'] !== undefined
  if (Array.isArray(told?.value) && !more) return told.value
  throw new OidcFault('groups', 'Microsoft Graph did not tell all groups of the person', {
    found: more ? 'a part' : String(answer.status),
    expected: '200',
  })
}

export function tooManyGroups(path: ClaimPath): OidcFault {
  return new OidcFault('groups', 'the person has more groups than fit into the ID token', {
    expected: pathText(path),
  })
}
