import type { KeyObject } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { OutboundFault } from '../outbound/outbound-fault.ts'
import type { AlgorithmName } from './algorithms.ts'
import { freshSeconds } from './freshness.ts'
import { type KeySet, membersOf, parsed, parseKeySet } from './key-set.ts'
import { invalidToken, WebIdentityFault } from './web-identity-fault.ts'

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
  discovered?: { readonly keySetUrl: string; readonly until: number }
}

const noKeyMessage = 'Couldn\'t retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements'

export function openIssuerKeys({ outbound, clock, log }: IssuerKeysPorts): IssuerKeys {
  const known = new Map<string, Known>()
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
    entry.fetching = fetchKeys(entry).finally(() => delete entry.fetching)
    return entry.fetching
  }

  async function fetchKeys(entry: Known): Promise<void> {
    const { issuer, thumbprints } = entry
    try {
      if (!entry.discovered || entry.discovered.until <= now()) entry.discovered = await discover(issuer, thumbprints)
      const { body, seconds } = await fetchJson(entry.discovered.keySetUrl, thumbprints)
      const keys = parseKeySet(body)
      if (!keys) throw invalidToken(noKeyMessage, `${entry.discovered.keySetUrl} does not answer a JWK set that can be used`)
      entry.keys = keys
      entry.refreshAt = now() + seconds * aheadShare * 1000
      entry.staleAt = now() + seconds * 1000
      delete entry.failure
    } catch (error) {
      delete entry.discovered
      entry.failure = error instanceof WebIdentityFault ? error : unreachable(error)
      log('issuer-keys-failed', { issuer, problem: entry.failure.detail })
    }
  }

  async function discover(issuer: string, thumbprints: readonly string[]): Promise<NonNullable<Known['discovered']>> {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const { body, seconds } = await fetchJson(url, thumbprints)
    const { issuer: named, jwks_uri: keySetUrl } = membersOf(parsed(body)) ?? {}
    // OpenID Connect Discovery 1.0, section 4.3: anything else would let one issuer speak for another.
    if (named !== issuer) throw invalidToken(noKeyMessage, `${url} is of another issuer`)
    if (typeof keySetUrl !== 'string') throw invalidToken(noKeyMessage, `${url} names no jwks_uri`)
    return { keySetUrl, until: now() + seconds * 1000 }
  }

  async function fetchJson(url: string, thumbprints: readonly string[]) {
    const { status, headers, body } = await outbound.get(url, { thumbprints, headers: { accept: 'application/json' } })
    if (status !== 200) throw new WebIdentityFault('IDPCommunicationError', notReached, `${url} answers ${status}`)
    return { body: body.toString('utf8'), seconds: freshSeconds(headers, clock.now()) }
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
    throw entry.failure ?? invalidToken(noKeyMessage, 'the issuer was asked a moment ago')
  }

  return {
    async find({ issuer, thumbprints, keyId, algorithm }) {
      const entry = entryOf(issuer, thumbprints)
      const found = (await usable(entry)).find(keyId, algorithm)
      if (found.length > 0) return found
      // A key that was made since: asked for again, but not for every token that claims so.
      await refresh(entry)
      const again = entry.keys?.find(keyId, algorithm) ?? []
      if (again.length === 0) throw invalidToken(noKeyMessage, `${issuer} publishes no ${algorithm} key of that id`)
      return again
    },
  }
}

const notReached = 'The identity provider could not be reached to verify the token. Retry the request'

function unreachable(error: unknown): WebIdentityFault {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof OutboundFault && error.code !== 'timeout' && error.code !== 'unreachable' && error.code !== 'closed') return invalidToken(noKeyMessage, detail)
  return new WebIdentityFault('IDPCommunicationError', notReached, detail)
}
