import { isUtf8 } from 'node:buffer'
import { type AlgorithmName, isAlgorithm } from './algorithms.ts'
import { invalidToken } from './web-identity-fault.ts'

export type Claims = Readonly<Record<string, unknown>>

/** A compact JWS (RFC 7515, section 7.1) in its parts. Nothing in it is proved yet. */
export interface Token {
  readonly algorithm: AlgorithmName
  readonly keyId: string | undefined
  readonly claims: Claims
  readonly signed: Buffer
  readonly signature: Buffer
}

/** STS API reference, AssumeRoleWithWebIdentity. */
const longestToken = 20_000
const longestKeyId = 1024
/** RFC 8725, section 3.11: a token made for another purpose says so here. */
const kinds = /^(?:application\/)?(?:jwt|at\+jwt)$/i

/** Throws WebIdentityFault InvalidIdentityToken. */
export function parseToken(text: string): Token {
  const parts = text.length <= longestToken ? text.split('.', 4) : []
  if (parts.length !== 3) throw notJwt('a token has three parts')
  const [head, body, signature] = parts as [string, string, string]
  const header = jsonObject(head)
  const { alg, kid, typ } = header
  if (!isAlgorithm(alg)) {
    throw invalidToken('The token is signed with an algorithm that is not supported: use RS256, RS384, RS512, ES256, ES384 or ES512')
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > longestKeyId)) throw notJwt('the key id is not a text')
  // RFC 7515, section 4.1.11: what is critical and not understood makes the token invalid; we understand no extension.
  if ('crit' in header || 'b64' in header) throw notJwt('the header has critical extensions')
  if (typ !== undefined && !(typeof typ === 'string' && kinds.test(typ))) throw notJwt('the token says that it is of another kind')
  return { algorithm: alg, keyId: kid, claims: jsonObject(body), signed: Buffer.from(text.slice(0, head.length + 1 + body.length), 'latin1'), signature: base64url(signature) }
}

function jsonObject(part: string): Record<string, unknown> {
  const bytes = base64url(part)
  if (!isUtf8(bytes)) throw notJwt('a part is not UTF-8')
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw notJwt('a part is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJwt('a part is not an object')
  // INVARIANT: members are read by names that we chose, none of which every object has.
  return value as Record<string, unknown>
}

/** One spelling a value: no padding, no foreign characters, no stray bits at the end. */
function base64url(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw notJwt('a part is not base64url')
  return bytes
}

function notJwt(detail: string) {
  return invalidToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)', detail)
}
