import type { JWK } from 'jose'
import type { Clock } from '../../kernel/clock.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { freshSeconds } from '../../web-identity/freshness.ts'
import { fitKeys } from '../../web-identity/key-set.ts'
import { OidcFault, unreachable } from './oidc-fault.ts'

export interface KeyStore {
  /**
   * The key set (RFC 7517) as text, with fit keys only, and no two of one id. Fetched when there is
   * none that is fresh, or none that holds `keyId`. Throws OidcFault.
   */
  holding(url: string, keyId: string | undefined): Promise<string>
}

/** How long keys are used while the provider does not answer. */
const staleMs = 6 * 3_600_000
/** Least time between two fetches, whatever key ids tokens name. */
const floorMs = 5000

interface Kept {
  readonly url: string
  readonly text: string
  readonly ids: ReadonlySet<string>
  readonly freshUntil: number
}

/** The published keys of one provider. */
export function openKeyStore({
  outbound,
  clock,
}: {
  readonly outbound: Pick<Outbound, 'get'>
  readonly clock: Clock
}): KeyStore {
  const now = () => clock.now().getTime()
  let kept: Kept | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let failed: OidcFault | undefined
  let fetching: Promise<OidcFault | undefined> | undefined

  async function fetchKeys(url: string): Promise<OidcFault | undefined> {
    try {
      const headers = { accept: 'application/json' }
      const { status, headers: told, body } = await outbound.get(url, { headers })
      if (status !== 200)
        throw new OidcFault('unreachable', 'the keys were answered with another status', {
          found: String(status),
          expected: '200',
        })
      const keys = await usableKeys(body.toString('utf8'))
      const ids = new Set(keys.flatMap(({ kid = [] }) => kid))
      const freshUntil = now() + freshSeconds(told, clock.now()) * 1000
      kept = { url, text: JSON.stringify({ keys }), ids, freshUntil }
      return undefined
    } catch (error) {
      return unreachable(error)
    }
  }
  /** One fetch at a time. Returns why there is no new set, also within the least time after it. */
  async function refresh(url: string): Promise<OidcFault | undefined> {
    if (!fetching && now() - triedAt < floorMs && kept?.url === url) return failed
    triedAt = now()
    fetching ??= fetchKeys(url).finally(() => {
      fetching = undefined
    })
    failed = await fetching
    return failed
  }

  return {
    async holding(url, keyId) {
      const held = () => (kept?.url === url ? kept : undefined)
      const has = () => keyId === undefined || held()?.ids.has(keyId) === true
      const before = held()
      if (before && now() < before.freshUntil && has()) return before.text
      const fault = await refresh(url)
      const after = held()
      if (after && (!fault || (has() && now() < after.freshUntil + staleMs))) return after.text
      throw (
        fault ?? new OidcFault('signing-key', 'the provider was asked for its keys a moment ago')
      )
    },
  }
}

/** Throws OidcFault for what is not a key set. Of two keys with one id neither counts. */
async function usableKeys(text: string): Promise<readonly JWK[]> {
  const fit = await fitKeys(text)
  if (!fit) throw new OidcFault('signing-key', 'the provider answers no key set that can be used')
  return fit.filter(
    ({ kid, alg }) =>
      kid === undefined ||
      fit.filter((other) => other.kid === kid && (other.alg ?? alg) === (alg ?? other.alg))
        .length === 1,
  )
}
