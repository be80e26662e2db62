import type { CryptoKey } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { JWSSignatureVerificationFailed } from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { decodeJwt } from 'jose/jwt/decode'
import { type AlgorithmName, isAlgorithm } from './algorithms.ts'
import { invalidToken } from './web-identity-fault.ts'

export type Claims = Readonly<Record<string, unknown>>

/** A compact JWS (RFC 7515, section 7.1). Nothing in it is verified yet. */
export interface Token {
  readonly text: string
  readonly algorithm: AlgorithmName
  readonly keyId: string | undefined
  /** `typ`, as the header has it: `JWT`, `at+jwt`; absent in most ID tokens. */
  readonly type: string | undefined
  readonly claims: Claims
}

/** STS API reference, AssumeRoleWithWebIdentity. */
const longestToken = 20_000
const longestKeyId = 1024
/** RFC 8725, section 3.11: `typ` tells tokens that were made for another purpose. */
const kinds = /^(?:application\/)?(?:jwt|at\+jwt)$/i
/** A byte order mark before JSON, in base64url. The library skips it. */
const byteOrderMark = '77u_'

/** Throws WebIdentityFault InvalidIdentityToken. `types`: what `typ` may say where it is there. */
export function parseToken(text: string, types = kinds): Token {
  checkSpelling(text)
  const header: Claims = read(() => decodeProtectedHeader(text))
  const { alg, kid, typ } = header
  if (!isAlgorithm(alg)) {
    throw invalidToken(
      'The token is signed with an algorithm that is not supported: ' +
        'use RS256, RS384, RS512, ES256, ES384 or ES512',
    )
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > longestKeyId))
    throw notJwt('the key id is not a text')
  // RFC 7515, section 4.1.11: a critical extension that is not understood makes the token invalid.
  // None is understood here.
  if ('crit' in header || 'b64' in header) throw notJwt('the header has critical extensions')
  if (typ !== undefined && !(typeof typ === 'string' && types.test(typ)))
    throw notJwt('the token says that it is of another kind')
  // INVARIANT: only members with names from our own code are read, and no object inherits one of
  // these names.
  return { text, algorithm: alg, keyId: kid, type: typ, claims: read(() => decodeJwt(text)) }
}

/** Whether one of the keys signed the token. The caller has checked that they fit its algorithm. */
export async function isSigned(
  { text, algorithm }: Token,
  keys: readonly CryptoKey[],
): Promise<boolean> {
  for (const key of keys) {
    try {
      await compactVerify(text, key, { algorithms: [algorithm] })
      return true
    } catch (error) {
      if (!(error instanceof JWSSignatureVerificationFailed)) throw error
    }
  }
  return false
}

/**
 * Accept one spelling for each value: no padding, no other characters, no stray bits at the end.
 * The library takes several.
 */
function checkSpelling(text: string): void {
  const parts = text.length <= longestToken ? text.split('.', 4) : []
  if (parts.length !== 3) throw notJwt('a token has three parts')
  const other = (part: string) => Buffer.from(part, 'base64url').toString('base64url') !== part
  if (parts.some((part) => part === '' || other(part))) throw notJwt('a part is not base64url')
  if (parts.slice(0, 2).some((part) => part.startsWith(byteOrderMark)))
    throw notJwt('a part begins with a byte order mark')
}

function read<T>(work: () => T): T {
  try {
    return work()
  } catch {
    throw notJwt('a part is not an object in JSON')
  }
}

function notJwt(detail: string) {
  return invalidToken(
    'The ID Token provided is not a valid JWT. ' +
      '(You may see this error if you sent an Access Token)',
    detail,
  )
}
