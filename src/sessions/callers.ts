import type { SessionClaims } from '../credentials/claims.ts'
import type { KeyRing } from '../credentials/key-ring.ts'
import { unsealSession } from '../credentials/session-token.ts'
import { SigningSecret } from '../credentials/sigv4.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Caller, Callers, Claimant } from './caller.ts'
import type { CurrentOrganization } from './organization-layers.ts'
import { createPrincipals } from './principals.ts'
import type { Revocations } from './revocations.ts'
import { unknownToken } from './unknown-token.ts'
import { versionedCache } from './versioned-cache.ts'

export interface CallersPorts {
  readonly store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>
  readonly ring: Pick<KeyRing, 'unseal' | 'refresh' | 'revision'>
  readonly revocations: Pick<Revocations, 'refuseRevoked'>
  readonly clock: Clock
  /** Absent: no organization. */
  readonly organization?: CurrentOrganization
}

interface LongTermKey {
  readonly secret: SigningSecret
  readonly owner: string
  readonly userName?: string | undefined
}

interface OpenedToken {
  readonly claims: SessionClaims
  readonly secret: SigningSecret
}

const mostKeys = 50_000
/** How many opened tokens are cached, some 3 kB each: most callers call again. */
const mostSessions = 4000
/**
 * A token that does not open may be sealed by a key of another node: the ring is read again, at
 * most this often.
 */
const refreshEveryMs = 1000

/** How far apart the clocks of nodes may be. */
const clocksApartMs = 60_000

/** Finds the caller behind credentials, from the current records. */
export function createCallers(ports: CallersPorts): Callers {
  const { store, ring, revocations, clock, organization = () => undefined } = ports
  const keys = store.cache<LongTermKey>(mostKeys)
  // The content of a token never changes, so only a change of the ring drops it here. Expiry and
  // revocation are checked at every use.
  const sessions = versionedCache<OpenedToken>(() => ring.revision, mostSessions)
  const { ofKey, ofClaims: current } = createPrincipals(store, clock, organization)
  const ofClaims: typeof current = async (claims, credentials) => {
    await revocations.refuseRevoked(claims)
    return current(claims, credentials)
  }
  let refreshedAt = Number.NEGATIVE_INFINITY
  let refreshing: Promise<void> | undefined

  async function opened<T>(open: () => T | undefined): Promise<T | undefined> {
    const found = open()
    if (found !== undefined) return found
    // Calls that come while the ring is read wait for it: their tokens may be of the same new key.
    refreshing ??= refreshed()
    await refreshing
    return open()
  }

  function refreshed(): Promise<void> | undefined {
    const now = clock.now().getTime()
    if (now - refreshedAt < refreshEveryMs) return undefined
    refreshedAt = now
    return ring.refresh().finally(() => {
      refreshing = undefined
    })
  }

  async function readKey(accessKeyId: string): Promise<LongTermKey | undefined> {
    const record = await store.reads.find('accessKey', '*', accessKeyId)
    if (record?.status !== 'Active') return undefined
    const secret = await opened(() => ring.unseal('access-key-secret', record.sealedSecret))
    const { owner, userName } = record
    return (
      secret && {
        secret: new SigningSecret(secret.toString()),
        owner,
        userName,
      }
    )
  }

  async function readToken(token: string): Promise<OpenedToken | undefined> {
    const claims = await opened(() => unsealSession(ring, token))
    return claims && { claims, secret: new SigningSecret(claims.secretAccessKey) }
  }

  async function longTerm(accessKeyId: string): Promise<Claimant> {
    const key = await keys.get(accessKeyId, () => readKey(accessKeyId))
    if (!key) throw unknownToken()
    return { secret: key.secret, caller: () => ofKey(accessKeyId, key) }
  }

  return {
    async claimant(accessKeyId, sessionToken) {
      if (sessionToken === undefined) return longTerm(accessKeyId)
      const token = await sessions.get(sessionToken, () => readToken(sessionToken))
      if (token?.claims.accessKeyId !== accessKeyId) throw unknownToken()
      const { claims, secret } = token
      refuseOutOfTime(claims, clock)
      return { secret, caller: () => ofClaims(claims, 'temporary') }
    },
    async ofClaims(claims, credentials): Promise<Caller> {
      refuseOutOfTime(claims, clock)
      return ofClaims(claims, credentials)
    },
  }
}

/**
 * Refuses a session with an issue time in the future: it was issued while a clock was wrong, and a
 * revocation made now would not end it.
 */
function refuseOutOfTime({ issuedAt, expiresAt }: SessionClaims, clock: Clock): void {
  const now = clock.now()
  if (expiresAt <= now)
    throw commonFault('ExpiredToken', 'The security token included in the request is expired')
  if (issuedAt.getTime() > now.getTime() + clocksApartMs)
    throw commonFault(
      'InvalidClientTokenId',
      'The security token included in the request was issued in the future',
    )
}
