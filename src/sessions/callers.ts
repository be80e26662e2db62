import { commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { KeyRing } from '../credentials/key-ring.ts'
import { openSession } from '../credentials/session-token.ts'
import { SigningSecret } from '../credentials/sigv4.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Callers, Claimant } from './caller.ts'
import { principals, unknownToken } from './principals.ts'
import type { Revocations } from './revocations.ts'
import { versionedCache } from '../store/versioned-cache.ts'

export interface CallersPorts {
  readonly store: Store
  readonly ring: Pick<KeyRing, 'open' | 'refresh' | 'revision'>
  readonly revocations: Pick<Revocations, 'refuseRevoked'>
  readonly clock: Clock
}

interface LongTermKey {
  readonly secret: SigningSecret
  readonly owner: string
  readonly userName?: string
}

interface OpenedToken {
  readonly claims: SessionClaims
  readonly secret: SigningSecret
}

const mostKeys = 50_000
/** Opened tokens, some 3 kB each: who calls, calls again. */
const mostSessions = 4000
/** A token that does not open may be of a key that another node made: the ring is read again, this often at most. */
const refreshEveryMs = 1000

/** Who stands behind credentials, by the records of this moment. */
export function openCallers({ store, ring, revocations, clock }: CallersPorts): Callers {
  const keys = versionedCache<LongTermKey>(() => store.version(), mostKeys)
  // What a token says never changes, so that only a change of the ring ends it here; expiry and revocation are asked at every use.
  const sessions = versionedCache<OpenedToken>(() => ring.revision, mostSessions)
  const { ofKey, ofClaims: current } = principals(store, clock)
  const ofClaims: typeof current = async (claims, credentials) => {
    await revocations.refuseRevoked(claims)
    return current(claims, credentials)
  }
  let refreshedAt = Number.NEGATIVE_INFINITY

  async function opened<T>(open: () => T | undefined): Promise<T | undefined> {
    const found = open()
    const now = clock.now().getTime()
    if (found !== undefined || now - refreshedAt < refreshEveryMs) return found
    refreshedAt = now
    await ring.refresh()
    return open()
  }

  async function readKey(accessKeyId: string): Promise<LongTermKey | undefined> {
    const record = await store.reads.find('accessKey', '*', accessKeyId)
    if (record?.status !== 'Active') return undefined
    const secret = await opened(() => ring.open('access-key-secret', record.sealedSecret))
    const { owner, userName } = record
    return secret && { secret: new SigningSecret(secret.toString()), owner, ...(userName !== undefined && { userName }) }
  }

  async function readToken(token: string): Promise<OpenedToken | undefined> {
    const claims = await opened(() => openSession(ring, token))
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
      refuseExpired(claims, clock)
      return { secret, caller: () => ofClaims(claims, 'temporary') }
    },
    async ofClaims(claims, credentials): Promise<Caller> {
      refuseExpired(claims, clock)
      return ofClaims(claims, credentials)
    },
  }
}

function refuseExpired({ expiresAt }: SessionClaims, clock: Clock): void {
  if (expiresAt <= clock.now()) throw commonFault('ExpiredToken', 'The security token included in the request is expired')
}
