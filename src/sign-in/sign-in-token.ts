import { hash, timingSafeEqual } from 'node:crypto'
import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

/** A refusal of `/federation`, in AWS's words. */
export class FederationFault extends Error {
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FederationFault'
    this.status = status
  }
}

/** The `Session` parameter of getSigninToken. */
export interface SessionParameter {
  readonly sessionId: string
  readonly sessionKey: string
  readonly sessionToken: string
}

const invalidCredentials = 'Invalid credentials parameter'
const maxSessionCharacters = 16_384
const tokenLifetimeMs = 15 * 60_000

/** Parses `Session`. Throws FederationFault 400. */
export function parseSession(text: string | undefined): SessionParameter {
  const names = ['sessionId', 'sessionKey', 'sessionToken'] as const
  let value: Record<string, unknown> | undefined
  try {
    value = text === undefined || text.length > maxSessionCharacters ? undefined : JSON.parse(text)
  } catch {
    // Not JSON: refused below like everything else that is not a session.
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !names.every((name) => Object.hasOwn(value, name) && typeof value[name] === 'string')
  ) {
    throw new FederationFault(400, invalidCredentials)
  }
  return {
    sessionId: String(value.sessionId),
    sessionKey: String(value.sessionKey),
    sessionToken: String(value.sessionToken),
  }
}

/**
 * Seconds, or undefined. Throws FederationFault 400 outside 900–43200, and for what is not digits.
 */
export function parseSessionDuration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds < 900 || seconds > 43_200)
    throw new FederationFault(400, 'Invalid SessionDuration parameter')
  return seconds
}

/**
 * The claims of credentials that may open a console session. Throws FederationFault 400 for
 * credentials that were altered, have expired or are of GetSessionToken, and for SessionDuration
 * with a federated user or a chained role.
 */
export function qualify(
  session: SessionParameter,
  sessionDurationSeconds: number | undefined,
  now: Date,
  unsealSession: (token: string) => SessionClaims | undefined,
): SessionClaims {
  const claims = unsealSession(session.sessionToken)
  const genuine =
    claims !== undefined &&
    sameText(claims.accessKeyId, session.sessionId) &&
    sameText(claims.secretAccessKey, session.sessionKey)
  if (
    !genuine ||
    claims.expiresAt <= now ||
    claims.kind === 'user-session' ||
    claims.kind === 'root-session'
  )
    throw new FederationFault(400, invalidCredentials)
  if (
    sessionDurationSeconds !== undefined &&
    (claims.kind === 'federated-user' || claims.chained)
  ) {
    throw new FederationFault(400, invalidCredentials)
  }
  return claims
}

/**
 * The state behind a sign-in token until it is used. Its session token is sealed, so the memo alone
 * gives no access.
 */
export interface TokenMemo {
  readonly sessionToken: string
  readonly sessionDurationSeconds?: number | undefined
}

/**
 * Opaque tokens that can be used once, within 15 minutes and while the credentials are valid.
 * Stored under their hash.
 */
export function signInTokens(ephemeral: Pick<Ephemeral, 'put' | 'take'>, ids: Ids, clock: Clock) {
  return {
    async issue(memo: TokenMemo, credentialsExpireAt: Date): Promise<string> {
      const token = ids.opaque(32)
      const expiresAt = new Date(
        Math.min(clock.now().getTime() + tokenLifetimeMs, credentialsExpireAt.getTime()),
      )
      await ephemeral.put('sign-in-token', keyOf(token), JSON.stringify(memo), expiresAt)
      return token
    },
    /** The memo, for the first caller. */
    async redeem(token: string): Promise<TokenMemo | undefined> {
      if (!/^[\w-]{43}$/.test(token)) return undefined
      const text = await ephemeral.take('sign-in-token', keyOf(token))
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}

/**
 * The key of an opaque token in the store: its hash, so that reading the store reveals no token.
 */
export function keyOf(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** Compares in constant time, whatever the lengths. */
function sameText(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}
