import type { Clock } from '../kernel/clock.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { OutboundFault, type OutboundFaultCode } from '../outbound/outbound-fault.ts'
import { freshSeconds } from './freshness.ts'
import { membersOf, parsed } from './json.ts'
import type { KeySet } from './key-set.ts'
import { invalidToken, WebIdentityFault } from './web-identity-fault.ts'

export interface Discovered {
  readonly keySetUrl: string
  /** Milliseconds since 1970. */
  readonly until: number
}
export interface FetchedKeys {
  readonly keys: KeySet
  readonly discovered: Discovered
  /** How long the set may be used. */
  readonly seconds: number
}
/**
 * Fetches the issuer's keys, with the discovery document at hand while it is fresh, else with a new
 * one. Throws WebIdentityFault.
 */
export type FetchKeys = (
  issuer: string,
  thumbprints: readonly string[],
  discovered: Discovered | undefined,
) => Promise<FetchedKeys>

const notReached =
  'The identity provider could not be reached to verify the token. Retry the request'
/** Faults that may pass by themselves; after the others somebody has to change something. */
const passing: ReadonlySet<OutboundFaultCode> = new Set(['timeout', 'unreachable', 'closed'])

export function buildFetchKeys({
  outbound,
  clock,
}: {
  readonly outbound: Pick<Outbound, 'get'>
  readonly clock: Clock
}): FetchKeys {
  async function fetchJson(url: string, thumbprints: readonly string[]) {
    const { status, headers, body } = await outbound.get(url, {
      thumbprints,
      headers: { accept: 'application/json' },
    })
    if (status !== 200)
      throw new WebIdentityFault('IDPCommunicationError', notReached, `${url} answers ${status}`)
    return { body: body.toString('utf8'), seconds: freshSeconds(headers, clock.now()) }
  }

  async function discover(issuer: string, thumbprints: readonly string[]): Promise<Discovered> {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const { body, seconds } = await fetchJson(url, thumbprints)
    const { issuer: named, jwks_uri: keySetUrl } = membersOf(parsed(body)) ?? {}
    // OpenID Connect Discovery 1.0, section 4.3: otherwise one issuer could publish keys for
    // another.
    if (named !== issuer) throw noKey(`${url} is of another issuer`)
    if (typeof keySetUrl !== 'string') throw noKey(`${url} names no jwks_uri`)
    return { keySetUrl, until: clock.now().getTime() + seconds * 1000 }
  }

  return async (issuer, thumbprints, known) => {
    try {
      const discovered =
        known && known.until > clock.now().getTime() ? known : await discover(issuer, thumbprints)
      const { body, seconds } = await fetchJson(discovered.keySetUrl, thumbprints)
      const { parseKeySet } = await import('./key-set.ts')
      const keys = await parseKeySet(body)
      if (!keys) throw noKey(`${discovered.keySetUrl} does not answer a JWK set that can be used`)
      return { keys, discovered, seconds }
    } catch (error) {
      throw error instanceof WebIdentityFault ? error : unreachable(error)
    }
  }
}

/** `detail` is for the operator. */
export function noKey(detail: string): WebIdentityFault {
  return invalidToken(
    "Couldn't retrieve verification key from your identity provider, " +
      'please reference AssumeRoleWithWebIdentity documentation for requirements',
    detail,
  )
}

function unreachable(error: unknown): WebIdentityFault {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof OutboundFault && !passing.has(error.code)) return noKey(detail)
  return new WebIdentityFault('IDPCommunicationError', notReached, detail)
}
