import type { KeyObject } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { AlgorithmName } from './algorithms.ts'
import { buildFetchKeys, type Discovered, noKey } from './fetch-keys.ts'
import type { KeySet } from './key-set.ts'
import type { WebIdentityFault } from './web-identity-fault.ts'

/** Where a token's key is looked for. */
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
  find(question: KeyQuestion): Promise<readonly KeyObject[]>
}
export interface IssuerKeysPorts {
  readonly outbound: Pick<Outbound, 'get'>
  readonly clock: Clock
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

/** Between two fetches from one issuer, whatever tokens ask for. */
const floorMs = 30_000
/** For so long after its time a key set is used when the issuer can't be asked. */
const staleMs = 6 * 3_600_000
/** This share of its time over, a set in use is fetched anew while it still serves: nobody waits. */
const aheadShare = 0.8
const mostIssuers = 1000

interface Known {
  readonly issuer: string
  readonly thumbprints: readonly string[]
  keys?: KeySet
  refreshAt: number
  staleAt: number
  triedAt: number
  /** Of the last try; absent when it went well. */
  failure?: WebIdentityFault
  fetching?: Promise<void>
  discovered?: Discovered
}

export function openIssuerKeys({ outbound, clock, log }: IssuerKeysPorts): IssuerKeys {
  const known = new Map<string, Known>()
  const fetchKeys = buildFetchKeys({ outbound, clock })
  const now = () => clock.now().getTime()

  function entryOf(issuer: string, thumbprints: readonly string[]): Known {
    // Keys that came over a pinned certificate count for those who pinned it.
    const key = thumbprints.length === 0 ? issuer : `${issuer} ${thumbprints.toSorted().join(' ')}`
    const found = known.get(key)
    if (found) return found
    const oldest = known.keys().next()
    if (known.size >= mostIssuers && !oldest.done) known.delete(oldest.value)
    const entry: Known = { issuer, thumbprints, refreshAt: 0, staleAt: 0, triedAt: Number.NEGATIVE_INFINITY }
    known.set(key, entry)
    return entry
  }

  /** One fetch at a time, and none within the floor of the last. Never rejects. */
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
      Object.assign(entry, { keys, discovered, refreshAt: now() + seconds * aheadShare * 1000, staleAt: now() + seconds * 1000 })
      delete entry.failure
    } catch (error) {
      delete entry.discovered
      entry.failure = error as WebIdentityFault
      log('issuer-keys-failed', { issuer, problem: entry.failure.detail })
    }
  }

  /** A set that may be used now. Throws when there is none. */
  async function usable(entry: Known): Promise<KeySet> {
    const at = now()
    const { keys, failure, staleAt, refreshAt } = entry
    const overdue = at >= staleAt
    if (keys && at < staleAt + staleMs && (!overdue || failure)) {
      // Within its time, or after it while the issuer is known to be away: nobody waits for the fetch.
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
      const found = (await usable(entry)).find(keyId, algorithm)
      if (found.length > 0) return found
      // A key that was made since: asked for again, but not for every token that claims so.
      await refresh(entry)
      const again = entry.keys?.find(keyId, algorithm) ?? []
      // While the issuer can't be asked nobody knows whether there is such a key.
      if (again.length === 0) throw entry.failure ?? noKey(`${issuer} publishes no ${algorithm} key of that id`)
      return again
    },
  }
}
