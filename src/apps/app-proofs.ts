import { createHmac, X509Certificate } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { App } from './app.ts'
import { visitOf } from './visit.ts'

export interface ProofPorts {
  readonly clock: Clock
  /** The first one makes nonces. */
  readonly cookieKeys: readonly string[]
}

type Features = NonNullable<Configuration['features']>
type Library = typeof import('oidc-provider')

export const pushRoute = '/oauth2/par'
export const proofMethods = [
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const

/** What apps may sign with: assertions, requests, DPoP proofs. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const
export const proofAlgorithms = {
  clientAuthSigningAlgValues: [...algorithms],
  requestObjectSigningAlgValues: [...algorithms],
  dPoPSigningAlgValues: [...algorithms],
}

/** Nobody needs longer; what is seen once is remembered so long. */
const longestSeconds = 600
const longestId = 256
/** How far an app's clock may be ahead. */
const skewMs = 60_000
/** The library takes the nonces of three minutes, one of them yet to come. */
const nonceLivesMs = 240_000
const assertionTypes = new Set<unknown>([undefined, 'JWT', 'client-authentication+jwt'])
const requestTypes = new Set<unknown>([undefined, 'JWT', 'oauth-authz-req+jwt'])

/** How apps prove themselves and their requests beyond a secret. */
export function proofFeatures({ errors }: Library, ports: ProofPorts) {
  return {
    pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false },
    requestObjects: {
      enabled: true,
      assertJwtClaimsAndHeader(_ctx, claims, header, client) {
        const problem = wrongTimes(claims, ports.clock) ?? wrongRequest(claims, header, client)
        if (problem !== undefined) throw new errors.InvalidRequestObject(problem)
      },
    },
    dPoP: {
      enabled: true,
      nonceSecret: createHmac('sha256', ports.cookieKeys[0] ?? '')
        .update('DPoP')
        .digest(),
      requireNonce: () => true,
      allowReplay: false,
    },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => certificateOf(ctx)?.certificate,
      certificateAuthorized: (ctx) => certificateOf(ctx)?.verified === true,
      certificateSubjectMatches: (ctx, _property, expected) =>
        certificateOf(ctx)?.certificate.checkHost(expected, {
          subject: 'never',
          wildcards: false,
        }) === expected,
    },
  } satisfies Features
}

/** Checks of an app's assertion beside the library's: RFC 7523, section 3, with a short life. */
export function checkAssertion({ errors }: Library, { clock }: ProofPorts) {
  const check: Configuration['assertJwtClientAuthClaimsAndHeader'] = async (
    { oidc },
    claims,
    header,
  ) => {
    const problem =
      wrongTimes(claims, clock) ??
      (Number(claims.iat) * 1000 > clock.now().getTime() + skewMs
        ? 'it was issued in the future'
        : undefined) ??
      (assertionTypes.has(header.typ) ? undefined : 'typ is not that of an assertion') ??
      (Array.isArray(claims.aud) && claims.aud.some((one) => one !== oidc.issuer)
        ? 'aud names others too'
        : undefined) ??
      (String(claims.jti).length > longestId ? 'jti is too long' : undefined)
    if (problem !== undefined) throw new errors.InvalidClientAuth(problem)
  }
  return check
}

/**
 * The part of an app's registration that says how it proves itself. `published`: the keys of its
 * `keysUri`, none where no request needs them.
 */
export function proofsOf(app: App, published: App['keys']): Partial<ClientMetadata> {
  const { authentication, keys, keysUri, certificate, boundTokens } = app
  const jwks = [
    ...keys,
    ...published,
    ...(certificate?.pem === undefined ? [] : [keyOfCertificate(certificate.pem)]),
  ]
  return {
    ...((jwks.length > 0 || keysUri !== undefined) && { jwks: { keys: jwks as never[] } }),
    ...(authentication === 'tls_client_auth' && {
      tls_client_auth_san_dns: certificate?.dns,
    }),
    require_signed_request_object: app.signedRequests,
    require_pushed_authorization_requests: app.pushedRequests,
    dpop_bound_access_tokens: boundTokens === 'dpop',
    tls_client_certificate_bound_access_tokens: boundTokens === 'certificate',
  }
}

/**
 * The ids of the keys that a request says it is signed with, by the app's assertion or as a request
 * object; undefined when nothing of it is. The signature itself is checked by the library.
 */
export function namedKeys(
  params: Readonly<Record<string, unknown>> | undefined,
): readonly string[] | undefined {
  const signed = [params?.client_assertion, params?.request].filter((one) => one !== undefined)
  if (signed.length === 0) return undefined
  return signed.flatMap((one) => {
    try {
      return decodeProtectedHeader(String(one)).kid ?? []
    } catch {
      return []
    }
  })
}

/**
 * The earliest time at which the proofs of a request, whose signatures were verified, may have been
 * made: a DPoP proof is no older than its nonce.
 */
export function proofsMadeAt(ctx: KoaContextWithOIDC | undefined, { now }: Clock): Date {
  const nonceMade = now().getTime() - nonceLivesMs
  const text = ctx?.oidc?.params?.client_assertion
  if (typeof text !== 'string') return new Date(nonceMade)
  const { iat, exp = 0 } = decodeJwt(text)
  const made = iat === undefined ? (exp - longestSeconds) * 1000 : iat * 1000 - skewMs
  return new Date(ctx?.get('DPoP') ? Math.min(made, nonceMade) : made)
}

function wrongTimes({ exp }: Readonly<Record<string, unknown>>, clock: Clock): string | undefined {
  const now = clock.now().getTime() / 1000
  return typeof exp === 'number' && exp - now <= longestSeconds
    ? undefined
    : `exp has to be at most ${longestSeconds} seconds ahead`
}

/** RFC 9101, section 10.8: so that no other token of an app is taken for a request. */
function wrongRequest(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  { clientId }: { readonly clientId: string },
): string | undefined {
  if (!requestTypes.has(header.typ)) return 'typ is not that of a request'
  return claims.sub === clientId ? 'sub is the app: this is an assertion' : undefined
}

function certificateOf({ req }: KoaContextWithOIDC) {
  return visitOf(req).certificate
}

function keyOfCertificate(pem: string) {
  const { raw, publicKey } = new X509Certificate(pem)
  return { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] }
}
