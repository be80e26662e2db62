import type { Clock } from '../../kernel/clock.ts'
import { fitsPattern } from '../../kernel/name-pattern.ts'
import type { IssuerKeys } from '../../web-identity/issuer-keys.ts'
import { WebIdentityFault } from '../../web-identity/web-identity-fault.ts'

/** An issuer whose assertions an app may trade for its tokens. */
export interface TrustedAssertions {
  /** `https://…`, letter by letter as `iss` has it. */
  readonly issuer: string
  readonly algorithms: readonly string[]
  /** `sub`, or how it begins with a `*` at the end. */
  readonly subjects: readonly string[]
  /** The only `aud` of its assertions; absent: one of our names. */
  readonly audience?: string | undefined
}

export interface Assertion {
  readonly issuer: string
  readonly subject: string
  /** `jti`: unique at its issuer. */
  readonly id: string
  readonly expiresAt: Date
  /** The earliest time at which it may have been made, by our clocks. */
  readonly madeAt: Date
}

/** `refused`: the reason, for the operator. */
export type ProvedAssertion =
  | { readonly ok: true; readonly assertion: Assertion }
  | { readonly ok: false; readonly refused: string }

/**
 * Verifies an assertion (RFC 7523, section 3). Its use is not claimed. `audiences`: our names, of
 * which it must have one and no other beside it, so that no other server that was given it can use
 * it here.
 */
export type ProveAssertion = (
  text: string,
  trusted: readonly TrustedAssertions[],
  audiences: readonly string[],
) => Promise<ProvedAssertion>

/** How far the clocks of issuers and nodes may be apart. */
export const skewMs = 60_000
/** Longer ones are credentials that somebody keeps, not assertions. */
const mostLifetimeMs = 3_600_000
const mostCharacters = 255
/** RFC 7519, section 5.1: an access token or a logout token says so, and is none. */
const kind = /^(?:application\/)?jwt$/i

export function buildProveAssertion(ports: {
  readonly keys: IssuerKeys
  readonly clock: Clock
}): ProveAssertion {
  return async (text, trusted, audiences) => {
    try {
      return await prove(ports, text, { trusted, audiences })
    } catch (error) {
      if (!(error instanceof WebIdentityFault)) throw error
      return refuse(error.detail ?? error.message)
    }
  }
}

type Expected = {
  readonly trusted: readonly TrustedAssertions[]
  readonly audiences: readonly string[]
}

async function prove(
  { keys, clock }: Parameters<typeof buildProveAssertion>[0],
  text: string,
  { trusted, audiences }: Expected,
): Promise<ProvedAssertion> {
  const { parseToken, isSigned } = await import('../../web-identity/token.ts')
  const token = parseToken(text, kind)
  const { algorithm, keyId, claims } = token
  const { iss } = claims
  const issuer = trusted.find((one) => one.issuer === iss)
  if (!issuer) return refuse('the issuer is not one that is trusted here')
  if (!issuer.algorithms.includes(algorithm)) return refuse(`signed with ${algorithm}`)
  const found = await keys.find({ issuer: issuer.issuer, thumbprints: [], keyId, algorithm })
  if (!(await isSigned(token, found))) return refuse('the signature is not valid')
  const named = issuer.audience === undefined ? audiences : [issuer.audience]
  const wrong = wrongClaim(claims, named, clock.now().getTime())
  if (wrong !== undefined) return refuse(wrong)
  const subject = String(claims.sub)
  if (!issuer.subjects.some((pattern) => fitsPattern(pattern, subject)))
    return refuse('the subject is not one that is trusted here')
  const { jti, exp, iat } = claims
  const expiresAt = new Date(Number(exp) * 1000)
  const madeAt = new Date(Number(iat) * 1000 - skewMs)
  const id = String(jti)
  return { ok: true, assertion: { issuer: issuer.issuer, subject, id, expiresAt, madeAt } }
}

function refuse(refused: string): ProvedAssertion {
  return { ok: false, refused }
}

/** What is wrong with claims whose signature was verified; undefined: nothing. `now`: ms. */
function wrongClaim(
  { aud, sub, jti, exp, iat, nbf }: Readonly<Record<string, unknown>>,
  audiences: readonly string[],
  now: number,
): string | undefined {
  const named = Array.isArray(aud) ? aud : [aud]
  if (named.length !== 1 || !audiences.includes(named[0]))
    return 'aud is not this server or app alone'
  if (!isText(sub)) return 'sub is missing, empty or too long'
  if (!isText(jti)) return 'jti is missing, empty or too long'
  if (!isTime(exp)) return 'exp is missing or no time'
  if (!isTime(iat)) return 'iat is missing or no time'
  if (nbf !== undefined && !isTime(nbf)) return 'nbf is no time'
  if (exp * 1000 <= now) return 'it has expired'
  if (iat * 1000 > now + skewMs) return 'it was issued in the future'
  if (nbf !== undefined && nbf * 1000 > now + skewMs) return 'it is not yet valid'
  if ((exp - iat) * 1000 > mostLifetimeMs || exp * 1000 > now + mostLifetimeMs + skewMs)
    return 'it lasts longer than an hour'
  return undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= mostCharacters
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
