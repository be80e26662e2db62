import type { CryptoKey } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { AlgorithmName } from './algorithms.ts'
import { buildFetchKeys, type Discovered, noKey } from './fetch-keys.ts'
import type { KeySet } from './key-set.ts'
import type { WebIdentityFault } from './web-identity-fault.ts'

/** Which key a token names, and at which issuer. */
export interface KeyQuestion {
  /** `https://…`, as the provider and the token write it. */
  readonly issuer: string
  readonly thumbprints: readonly string[]
  readonly keyId: string | undefined
  readonly algorithm: AlgorithmName
}
/** The published keys of issuers (OpenID Connect Discovery 1.0), fetched when first asked for. */
export interface IssuerKeys {
  /** Throws WebIdentityFault when the issuer has no such key, or cannot be asked. */
  find(question: KeyQuestion): Promise<readonly CryptoKey[]>
}
export interface IssuerKeysPorts {
  readonly outbound: Pick<Outbound, 'get'>
  readonly clock: Clock
  readonly log: Log
}

/** Least time between two fetches from one issuer, whatever key ids tokens name. */
const floorMs = 30_000
/** How long an expired key set is still used while the issuer can't be reached. */
const staleMs = 6 * 3_600_000
/**
 * After this share of its lifetime a key set is fetched again in the background, so that no call
 * waits.
 */
const aheadShare = 0.8
const mostIssuers = 1000

interface Known {
  readonly issuer: string
  readonly thumbprints: readonly string[]
  keys?: KeySet | undefined
  refreshAt: number
  staleAt: number
  triedAt: number
  /** The fault of the last fetch; absent when it succeeded. */
  failure?: WebIdentityFault | undefined
  fetching?: Promise<void>
  discovered?: Discovered | undefined
}

export function createIssuerKeys({ outbound, clock, log }: IssuerKeysPorts): IssuerKeys {
  const known = new Map<string, Known>()
  const fetchKeys = buildFetchKeys({ outbound, clock })
  const now = () => clock.now().getTime()

  function entryOf(issuer: string, thumbprints: readonly string[]): Known {
    // Cache keys by thumbprints too: keys fetched from a host that only a pinned certificate
    // verified count only for providers that pinned it.
    const key = thumbprints.length === 0 ? issuer : `${issuer} ${thumbprints.toSorted().join(' ')}`
    const found = known.get(key)
    if (found) return found
    const oldest = known.keys().next()
    if (known.size >= mostIssuers && !oldest.done) known.delete(oldest.value)
    const entry: Known = {
      issuer,
      thumbprints,
      refreshAt: 0,
      staleAt: 0,
      triedAt: Number.NEGATIVE_INFINITY,
    }
    known.set(key, entry)
    return entry
  }

  /** Fetches the keys again: one fetch at a time, and at least `floorMs` apart. Never rejects. */
  function refresh(entry: Known): Promise<void> {
    if (entry.fetching) return entry.fetching
    if (now() - entry.triedAt < floorMs) return Promise.resolve()
    entry.triedAt = now()
    entry.fetching = attempt(entry).finally(() => delete entry.fetching)
    return entry.fetching
  }

  async function attempt(entry: Known): Promise<void> {
    const { issuer, thumbprints } = entry
    try {
      const { keys, discovered, seconds } = await fetchKeys(issuer, thumbprints, entry.discovered)
      Object.assign(entry, {
        keys,
        discovered,
        refreshAt: now() + seconds * aheadShare * 1000,
        staleAt: now() + seconds * 1000,
      })
      delete entry.failure
    } catch (error) {
      delete entry.discovered
      entry.failure = error as WebIdentityFault
      log('issuer-keys-failed', { issuer, problem: entry.failure.detail })
    }
  }

  /** A key set that may be used now. Throws when there is none. */
  async function usable(entry: Known): Promise<KeySet> {
    const at = now()
    const { keys, failure, staleAt, refreshAt } = entry
    const overdue = at >= staleAt
    if (keys && at < staleAt + staleMs && (!overdue || failure)) {
      // Fresh, or expired while the issuer is known to be unreachable: answer at once and fetch in
      // the background.
      if (at >= refreshAt) void refresh(entry)
      return keys
    }
    await refresh(entry)
    if (entry.keys && now() < entry.staleAt + staleMs) return entry.keys
    throw entry.failure ?? noKey('the issuer was asked a moment ago')
  }

  return {
    async find({ issuer, thumbprints, keyId, algorithm }) {
      const entry = entryOf(issuer, thumbprints)
      const found = await (await usable(entry)).find(keyId, algorithm)
      if (found.length > 0) return found
      // The issuer may have published the key since the last fetch. `refresh` limits how often
      // tokens with unknown key ids cause a fetch.
      await refresh(entry)
      const again = (await entry.keys?.find(keyId, algorithm)) ?? []
      // Report the fetch's failure first: while the issuer can't be reached, the key may exist.
      if (again.length === 0)
        throw entry.failure ?? noKey(`${issuer} publishes no ${algorithm} key of that id`)
      return again
    },
  }
}
