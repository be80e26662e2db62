import { google, issuerUrl, type Provider } from './provider.ts'
import { type SessionClaims, sessionClaims } from './session-claims.ts'
import type { Claims } from './token.ts'
import { invalidToken, WebIdentityFault } from './web-identity-fault.ts'

/** Who a verified token identifies. */
export interface WebIdentity extends SessionClaims {
  /** The provider's name: `HOST/PATH`. */
  readonly provider: string
  readonly subject: string
  /** The audience, which the provider lists: `:aud`. */
  readonly audience: string
  /** Google: the token's `aud` when the audience was taken from `azp`: `:oaud`. */
  readonly originalAudience?: string | undefined
  readonly methods: readonly string[]
  readonly issuedAt: Date
}

/**
 * STS accepts a token for five minutes after it expires; the same tolerance covers clocks that run
 * ahead.
 */
const graceSeconds = 300
const longestText = 255
const mostValues = 100
/**
 * OpenID Connect Back-Channel Logout 1.0, section 2.4: a logout token ends a session and must not
 * start one.
 */
const logoutClaim = 'events'

/** The name of the provider that a token's `iss` belongs to. Throws WebIdentityFault. */
export function issuerOf({ iss }: Claims): string {
  if (iss === undefined) throw invalidToken('Missing a required claim: iss')
  // Google issues tokens with and without `https://` (developers.google.com, "Validating an ID
  // token").
  if (iss === google) return google
  if (typeof iss !== 'string' || !iss.startsWith('https://') || !/^[\x21-\x7e]{9,300}$/.test(iss)) {
    throw invalidToken('The issuer in the token must be an https URL')
  }
  return iss.slice('https://'.length)
}

/**
 * Checks the claims of a token whose signature was verified. Every claim that is used must be
 * present and of the right type. Throws WebIdentityFault.
 */
export function identityOf(claims: Claims, provider: Provider, now: Date): WebIdentity {
  if (claims[logoutClaim] !== undefined)
    throw invalidToken(
      'The token is not an ID token',
      'it has the claim `events`, as logout tokens do',
    )
  const seconds = Math.floor(now.getTime() / 1000)
  const expiresAt = instant(claims, 'exp')
  const issuedAt = instant(claims, 'iat')
  if (issuedAt > seconds + graceSeconds) throw invalidToken('The token was issued in the future')
  if (claims.nbf !== undefined && instant(claims, 'nbf') > seconds + graceSeconds)
    throw invalidToken('The token is not valid yet')
  const subject = text(claims, 'sub')
  const audiences = audiencesOf(claims)
  const party = claims.azp === undefined ? undefined : text(claims, 'azp')
  const audience = chosen(provider, audiences, party)
  if (seconds >= expiresAt + graceSeconds) {
    const message =
      `Token expired: current date/time ${seconds} must be before ` +
      `the expiration date/time ${expiresAt}`
    throw new WebIdentityFault('ExpiredTokenException', message)
  }
  return {
    ...sessionClaims(claims),
    provider: provider.name,
    subject,
    audience,
    issuedAt: new Date(issuedAt * 1000),
    ...(provider.name === google && party !== undefined && { originalAudience: audiences[0]! }),
    methods: claims.amr === undefined ? [] : texts(claims.amr, 'amr'),
  }
}

/**
 * OpenID Connect Core 1.0, section 3.1.3.7: of several audiences, the authorized party (`azp`) is
 * taken; Google's tokens always use it.
 */
function chosen(
  { name, clientIds }: Provider,
  audiences: readonly string[],
  party: string | undefined,
): string {
  const decided =
    party !== undefined && (name === google || audiences.length > 1) ? [party] : audiences
  const audience = decided.find((one) => clientIds.includes(one))
  if (audience === undefined) {
    const asked = decided.join('`, `').slice(0, 512)
    throw invalidToken(
      'Incorrect token audience',
      `the token is for \`${asked}\`, which ${issuerUrl(name)} does not list`,
    )
  }
  return audience
}

function audiencesOf(claims: Claims): readonly string[] {
  const { aud } = claims
  if (aud === undefined || (Array.isArray(aud) && aud.length === 0))
    throw invalidToken('Missing a required claim: aud')
  return Array.isArray(aud) ? texts(aud, 'aud') : [text(claims, 'aud')]
}

function texts(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.length > mostValues) throw malformed(name)
  return value.map((one) => text({ [name]: one }, name))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const controlCharacter = /[\x00-\x1f\x7f]/

function text(claims: Claims, name: string): string {
  const value = claims[name]
  if (value === undefined) throw invalidToken(`Missing a required claim: ${name}`)
  if (
    typeof value !== 'string' ||
    value === '' ||
    value.length > longestText ||
    controlCharacter.test(value)
  )
    throw malformed(name)
  return value
}

/** Whole seconds since 1970; STS accepts no fractions. */
function instant(claims: Claims, name: string): number {
  const value = claims[name]
  if (value === undefined) throw invalidToken(`Missing a required claim: ${name}`)
  if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
    throw malformed(name)
  // NumericDate may have fractions (RFC 7519, section 2).
  return Math.floor(value)
}

function malformed(name: string) {
  return invalidToken(`The claim ${name} is malformed`)
}
