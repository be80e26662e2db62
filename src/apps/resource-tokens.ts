import type { JWTPayload } from 'jose'
import type { SigningKeys } from '../credentials/signing-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { findGrant } from './adapter.ts'
import { type Apps, findApp, isTooOld } from './app.ts'
import { type People, subjectOf } from './people.ts'

export interface ResourceTokenPorts {
  readonly publicUrl: URL
  readonly apps: () => Apps
  readonly people: Pick<People, 'behind' | 'mayUse'>
  readonly appKeys: Pick<SigningKeys, 'published'>
  readonly ephemeral: Pick<Ephemeral, 'get'>
  /** The grant's id out of `grantClaim`; undefined: not sealed here. */
  readonly unsealGrant: (sealed: string) => string | undefined
  readonly clock: Clock
}

/** Who is behind a token for an API, and what the person let the app do there. */
export interface ProvedToken {
  readonly ok: true
  readonly identity: Identity
  /** `sub`: pairwise for apps that have such. */
  readonly subject: string
  readonly app: string
  readonly scopes: readonly string[]
  readonly expiresAt: Date
}
/** `bound`: it serves only with a proof that was not given. `refused`: for the operator. */
export interface RefusedToken {
  readonly ok: false
  readonly bound?: true
  readonly refused: string
}

/**
 * Verifies an access token (RFC 9068) that an app was given for one API, and finds the person
 * behind it: while the token, the grant, the sign-in and the person's leave to use the app last.
 */
export type ProveResourceToken = (
  text: string,
  audience: string,
  origin: Origin,
) => Promise<ProvedToken | RefusedToken>

/** The sealed id of the grant, in tokens for services that ask `/authorize` about them. */
export const grantClaim = 'gatehouse_grant'

const mostCharacters = 8192
/** Of our own making: RFC 9068, section 2.1. */
const algorithms = ['RS256', 'ES256']

export function buildProveResourceToken(ports: ResourceTokenPorts): ProveResourceToken {
  return async (text, audience, origin) => {
    const claims = await verified(ports, text)
    if (!claims) return refuse('it is no access token of ours for an API, or has expired')
    // A list would be a token for others too.
    if (claims.aud !== audience) return refuse('it is for another API')
    if (claims.cnf !== undefined)
      return {
        ...refuse('it is bound to a key or certificate, of which there is no proof'),
        bound: true,
      }
    const { [grantClaim]: sealed, client_id: app, scope = '', sub, exp } = claims
    const grantId = typeof sealed === 'string' ? ports.unsealGrant(sealed) : undefined
    if (grantId === undefined || typeof app !== 'string')
      return refuse('it does not come from a sign-in: an app that acts for itself is nobody here')
    const found = await standing(ports, { grantId, app, audience }, origin)
    if (typeof found === 'string') return refuse(found)
    const { allowed } = found
    return {
      ok: true,
      identity: found.identity,
      subject: String(sub),
      app,
      scopes: String(scope)
        .split(' ')
        .filter((one) => one !== '' && allowed.includes(one)),
      expiresAt: new Date(exp! * 1000),
    }
  }
}

function refuse(refused: string): RefusedToken {
  return { ok: false, refused }
}

async function verified(
  { publicUrl, appKeys, clock }: ResourceTokenPorts,
  text: string,
): Promise<JWTPayload | undefined> {
  if (text.length > mostCharacters || text.split('.').length !== 3) return undefined
  const [{ jwtVerify }, { createLocalJWKSet }, { JOSEError }] = await Promise.all([
    import('jose/jwt/verify'),
    import('jose/jwks/local'),
    import('jose/errors'),
  ])
  try {
    const { keys } = await appKeys.published()
    const { payload } = await jwtVerify(text, createLocalJWKSet({ keys: keys as never[] }), {
      issuer: publicUrl.origin,
      typ: 'at+jwt',
      algorithms,
      currentDate: clock.now(),
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    })
    return payload
  } catch (error) {
    if (error instanceof JOSEError) return undefined
    throw error
  }
}

interface Standing {
  readonly identity: Identity
  /** Scopes that the person let the app have at the API, and that it may still have. */
  readonly allowed: readonly string[]
}

/** The person behind the grant as they are now, or why nobody is. */
async function standing(
  { apps, people, ephemeral, clock }: ResourceTokenPorts,
  { grantId, app: id, audience }: Readonly<Record<'grantId' | 'app' | 'audience', string>>,
  origin: Origin,
): Promise<Standing | string> {
  const app = findApp(apps(), id)
  if (!app) return 'the app is not in the settings'
  const grant = await findGrant(ephemeral, grantId)
  if (grant?.clientId !== id) return 'the grant has ended'
  const identity = await people.behind(grantId, origin)
  if (!identity || grant.accountId !== subjectOf(identity)) return 'the sign-in has ended'
  if (!people.mayUse(id, identity) || isTooOld(app, identity.authenticatedAt, clock.now()))
    return 'the person may not use the app, or no longer'
  const granted = ((grant.resources ?? {}) as Readonly<Record<string, string>>)[audience] ?? ''
  const { resources = {} } = app
  const now = Object.hasOwn(resources, audience) ? resources[audience]! : []
  return { identity, allowed: granted.split(' ').filter((one) => now.includes(one)) }
}
