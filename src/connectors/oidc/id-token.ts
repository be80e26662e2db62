import { hash } from 'node:crypto'
import type { Claims } from '../../web-identity/token.ts'
import { parseToken } from '../../web-identity/token.ts'
import { WebIdentityFault } from '../../web-identity/web-identity-fault.ts'
import { OidcFault } from './oidc-fault.ts'
import type { OidcSettings } from './settings.ts'

/** An ID token whose every claim that is used was checked. */
export interface IdToken {
  readonly claims: Claims
  readonly subject: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** When the person authenticated: `auth_time`, else `iat`. */
  readonly authenticatedAt: Date
  readonly methods: readonly string[]
  readonly context: string | undefined
  /** The session at the provider, for back-channel logout. */
  readonly sessionId: string | undefined
}

export interface Expected {
  readonly settings: OidcSettings
  readonly now: Date
  /** Whose hash `at_hash` states. */
  readonly accessToken: string
}

/** An ID token answers a request of moments ago, whatever its `exp`. */
const freshSeconds = 600
const longestSeconds = 7 * 86_400
/** OpenID Connect Core 1.0, section 2. */
const subjectText = /^[\x20-\x7e]{1,255}$/
const mostValues = 100

/**
 * Makes the checks that the library leaves to its user; signature, `iss`, `aud`, `nonce`, `exp` and
 * `nbf` it has made. Throws OidcFault.
 */
export function checkIdToken(text: string, { settings, now, accessToken }: Expected): IdToken {
  const { algorithm, claims } = parsedToken(text)
  if (!settings.algorithms.includes(algorithm))
    throw new OidcFault('algorithm', 'the ID token is signed in a way that the settings refuse', {
      found: algorithm,
    })
  // OpenID Connect Back-Channel Logout 1.0, section 2.4: a logout token ends sessions.
  if (claims.events !== undefined)
    throw new OidcFault('token-type', 'the token is a logout token: it has `events`')
  if (claims.azp !== undefined && claims.azp !== settings.clientId)
    throw new OidcFault('audience', 'the ID token was issued to another client', {
      found: String(claims.azp),
      expected: settings.clientId,
    })
  const times = timesOf(claims, settings.clockSkewSeconds, now)
  checkHash(claims.at_hash, accessToken, algorithm)
  const { sub } = claims
  if (typeof sub !== 'string' || !subjectText.test(sub))
    throw new OidcFault('subject', '`sub` is not a text of 1 to 255 ASCII characters')
  return {
    claims,
    subject: sub,
    ...times,
    methods: textsOf(claims, 'amr'),
    context: textOf(claims, 'acr'),
    sessionId: textOf(claims, 'sid'),
  }
}

function parsedToken(text: string) {
  try {
    const token = parseToken(text)
    // RFC 8725, section 3.11. `at+jwt` is an access token, `logout+jwt` is refused by parseToken.
    if (!/^(?:application\/)?jwt$/i.test(token.type ?? 'JWT'))
      throw new OidcFault('token-type', 'the token says that it is no ID token', {
        found: token.type,
      })
    return token
  } catch (error) {
    if (!(error instanceof WebIdentityFault)) throw error
    throw new OidcFault('token-type', error.detail ?? error.message)
  }
}

function timesOf(
  claims: Claims,
  skew: number,
  at: Date,
): Pick<IdToken, 'issuedAt' | 'expiresAt' | 'authenticatedAt'> {
  const now = at.getTime() / 1000
  const [issued, expires] = [instantOf(claims, 'iat'), instantOf(claims, 'exp')]
  const authenticated = claims.auth_time === undefined ? issued : instantOf(claims, 'auth_time')
  const refuse = (check: 'issued-at' | 'expiry' | 'authenticated-at', why: string, when: number) =>
    new OidcFault(check, why, { found: isoText(when), expected: `about ${at.toISOString()}` })
  if (issued > now + skew) throw refuse('issued-at', 'the ID token is of the future', issued)
  if (issued < now - freshSeconds - skew)
    throw refuse('issued-at', 'the ID token was not issued for this sign-in', issued)
  if (expires > now + longestSeconds)
    throw refuse('expiry', 'the ID token is valid for more than seven days', expires)
  if (authenticated > now + skew)
    throw refuse('authenticated-at', 'the person authenticated in the future', authenticated)
  return {
    issuedAt: new Date(issued * 1000),
    expiresAt: new Date(expires * 1000),
    authenticatedAt: new Date(authenticated * 1000),
  }
}

function instantOf(claims: Claims, name: string): number {
  const value = claims[name]
  if (typeof value !== 'number' || !(value >= 0 && value <= 1e11))
    throw new OidcFault('claim', 'a claim is missing or no time', { expected: name })
  return Math.floor(value)
}

function isoText(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

/** OpenID Connect Core 1.0, section 3.1.3.6: the left half of the hash of the token's algorithm. */
function checkHash(stated: unknown, accessToken: string, algorithm: string): void {
  if (stated === undefined) return
  const digest = hash(`sha${algorithm.slice(2)}`, accessToken, 'buffer')
  if (stated !== digest.subarray(0, digest.length / 2).toString('base64url'))
    throw new OidcFault('access-token-hash', 'the access token is not the one of the ID token')
}

function textOf(claims: Claims, name: string): string | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length > 1024)
    throw new OidcFault('claim', 'a claim is no text', { expected: name })
  return value
}

function textsOf(claims: Claims, name: string): readonly string[] {
  const value = claims[name]
  if (value === undefined) return []
  if (
    !Array.isArray(value) ||
    value.length > mostValues ||
    !value.every((one) => typeof one === 'string' && one.length <= 1024)
  )
    throw new OidcFault('claim', 'a claim is no list of texts', { expected: name })
  return value
}
