import { hash } from 'node:crypto'
import { membersOf } from '../../web-identity/json.ts'
import { parseKeySet } from '../../web-identity/key-set.ts'
import { type Claims, isSigned, parseToken, type Token } from '../../web-identity/token.ts'
import { WebIdentityFault } from '../../web-identity/web-identity-fault.ts'
import type { SessionsEnded } from '../redirect-upstream.ts'
import type { Party } from './client.ts'
import { OidcFault } from './oidc-fault.ts'

/** OpenID Connect Back-Channel Logout 1.0, section 2.4. */
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** A logout token is sent at once; one that is older was held back. */
const freshSeconds = 600
const types = /^(?:application\/)?(?:logout\+)?jwt$/i
const longestText = 1024

/**
 * Reads a logout token with every check of OpenID Connect Back-Channel Logout 1.0, section 2.6,
 * except that it is used once. Throws OidcFault.
 */
export async function readLogoutToken(party: Party, text: string): Promise<SessionsEnded> {
  const token = parsedToken(text)
  const { source, settings, clock } = party
  if (!settings.algorithms.includes(token.algorithm))
    throw refusal('it is signed in a way that the settings refuse', token.algorithm)
  const metadata = await source.metadata()
  await checkSignature(party, token, String(metadata.jwks_uri))
  const { claims } = token
  checkIssuer(claims, metadata.issuer)
  checkTenant(settings, claims)
  const { aud } = claims
  if (!(Array.isArray(aud) ? aud : [aud]).includes(settings.clientId))
    throw refusal('it is for another client')
  const until = checkTimes(claims, clock.now().getTime() / 1000, settings.clockSkewSeconds)
  if (!membersOf(membersOf(claims.events)?.[logoutEvent]))
    throw refusal('it does not have the event of a logout')
  if (claims.nonce !== undefined) throw refusal('it has a nonce, as ID tokens do')
  const [id, subject, sessionId] = ['jti', 'sub', 'sid'].map((name) => textOf(claims, name))
  if (id === undefined) throw refusal('it has no `jti`')
  if (subject === undefined && sessionId === undefined)
    throw refusal('it names neither a person nor a session')
  const named = JSON.stringify(['logout', claims.iss, settings.clientId, id])
  return {
    subject,
    sessionId,
    id,
    replayKey: hash('sha256', named, 'base64url'),
    replayableUntil: new Date(until * 1000),
  }
}

function parsedToken(text: string): Token {
  try {
    return parseToken(text, types)
  } catch (error) {
    if (!(error instanceof WebIdentityFault)) throw error
    throw refusal(error.detail ?? error.message)
  }
}

async function checkSignature({ source }: Party, token: Token, keySetUrl: string): Promise<void> {
  const { algorithm, keyId } = token
  const set = await parseKeySet(await source.keys(keySetUrl, keyId))
  const found = (await set?.find(keyId, algorithm)) ?? []
  if (!(await isSigned(token, found)))
    throw refusal('its signature is by none of the keys that the provider publishes')
}

/** The document of several tenants has a place for the token's own. */
function checkIssuer({ iss, tid }: Claims, issuer: string): void {
  if (iss === issuer.replace('{tenantid}', () => String(tid))) return
  throw refusal('it is of another issuer', String(iss))
}

/**
 * What people must have to sign in, a logout token must not contradict: another tenant of a shared
 * issuer ends no sessions here.
 */
function checkTenant({ requiredClaims }: Party['settings'], claims: Claims): void {
  for (const [name, allowed] of Object.entries(requiredClaims)) {
    const value = claims[name]
    if (value !== undefined && !allowed.includes(String(value)))
      throw refusal(`its \`${name}\` is not one that may sign in here`, String(value))
  }
}

/** Returns until when the token could be used again. */
function checkTimes({ iat, exp }: Claims, now: number, skew: number): number {
  if (typeof iat !== 'number' || iat > now + skew || iat < now - freshSeconds - skew)
    throw refusal('it was not issued just now', String(iat))
  // Some providers leave `exp` out; the token's age is limited all the same.
  if (exp !== undefined && !(typeof exp === 'number' && exp > now - skew))
    throw refusal('it has expired', String(exp))
  return iat + freshSeconds + 2 * skew
}

function textOf(claims: Claims, name: string): string | undefined {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '' && value.length <= longestText) return value
  throw refusal(`its \`${name}\` is no text`)
}

function refusal(why: string, found?: string): OidcFault {
  return new OidcFault('logout-token', why, { found })
}
