import { createHmac } from 'node:crypto'
import type { Credentials, SessionClaims } from './claims.ts'

/**
 * Lets the holder of temporary credentials make narrower ones without a call: with a further
 * session policy, an earlier end, or both. The token gets one more part, and the new secret access
 * key is the HMAC of that part under the old secret. The new holder can't compute the old secret,
 * and without it can't sign for a token with fewer or other parts (docs: session tokens).
 */
export interface Narrowing {
  /** A JSON policy, which becomes one more layer of the session. */
  readonly policy?: string | undefined
  /** Whole seconds count. An end after the credentials' own has no effect. */
  readonly expiresAt?: Date | undefined
}

/** The most parts that a token may have, because each is a layer that every call has to pass. */
export const mostNarrowings = 8
/** The longest token, narrowed or not, because HTTP servers limit headers. */
export const mostTokenCharacters = 8192
const separator = '.'
/** Separates this HMAC from every other use of a secret access key. */
const domain = 'gatehouse narrowing 1\0'
/** Gives as many characters as every secret access key has. */
const secretBytes = 30

interface Part {
  readonly p?: string | undefined
  readonly e?: number | undefined
}

/**
 * Throws RangeError when neither a policy nor an end is given, when the token has no room for more
 * parts or characters, or when the end is an invalid date.
 */
export function narrow(credentials: Credentials, { policy, expiresAt }: Narrowing): Credentials {
  const end = expiresAt && Math.floor(expiresAt.getTime() / 1000)
  if (Number.isNaN(end)) throw new RangeError('the end is not an instant')
  if (policy === undefined && end === undefined)
    throw new RangeError('nothing is narrowed: give a policy, an end, or both')
  if (partsOf(credentials.sessionToken).narrowings.length >= mostNarrowings)
    throw new RangeError(`credentials can be narrowed ${mostNarrowings} times`)
  const part: Part = {
    p: policy,
    e: end,
  }
  const text = Buffer.from(JSON.stringify(part)).toString('base64url')
  const sessionToken = credentials.sessionToken + separator + text
  if (sessionToken.length > mostTokenCharacters) {
    throw new RangeError(
      `the session token would have ${sessionToken.length} characters, ` +
        `and more than ${mostTokenCharacters} are refused: use a shorter policy`,
    )
  }
  return {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: nextSecret(credentials.secretAccessKey, text),
    sessionToken,
    expiration:
      end === undefined || credentials.expiration.getTime() < end * 1000
        ? credentials.expiration
        : new Date(end * 1000),
  }
}

/**
 * Splits a token into the sealed part and the parts that holders added: `ghs1.KEYID.PAYLOAD` and
 * any more after it.
 */
export function partsOf(token: string): {
  readonly sealed: string
  readonly narrowings: readonly string[]
} {
  const payload = token.indexOf(separator, token.indexOf(separator) + 1)
  const end = payload < 0 ? -1 : token.indexOf(separator, payload + 1)
  return end < 0
    ? { sealed: token, narrowings: [] }
    : { sealed: token.slice(0, end), narrowings: token.slice(end + 1).split(separator) }
}

/**
 * The claims of a narrowed token: its own secret, one more narrowing layer for each policy, the
 * earliest end. Returns undefined when a part is malformed. The signature of the call proves later
 * that the parts are the ones that the holder added.
 */
export function narrowed(
  claims: SessionClaims,
  narrowings: readonly string[],
): SessionClaims | undefined {
  if (narrowings.length > mostNarrowings) return undefined
  let { secretAccessKey, expiresAt } = claims
  const layers = [...(claims.narrowed?.layers ?? [])]
  for (const text of narrowings) {
    const part = readPart(text)
    if (!part) return undefined
    secretAccessKey = nextSecret(secretAccessKey, text)
    if (part.p !== undefined) layers.push({ inline: [part.p], arns: [] })
    if (part.e !== undefined && part.e * 1000 < expiresAt.getTime())
      expiresAt = new Date(part.e * 1000)
  }
  return { ...claims, secretAccessKey, expiresAt, narrowed: { layers } }
}

function nextSecret(secret: string, text: string): string {
  return createHmac('sha256', secret)
    .update(domain)
    .update(text)
    .digest()
    .subarray(0, secretBytes)
    .toString('base64')
}

/** Accepts exactly one spelling and two members, and ignores nothing. */
function readPart(text: string): Part | undefined {
  const bytes = Buffer.from(text, 'base64url')
  if (text === '' || bytes.toString('base64url') !== text) return undefined
  try {
    const part: unknown = JSON.parse(bytes.toString())
    if (typeof part !== 'object' || part === null) return undefined
    const { p, e, ...rest } = part as Part
    const fits =
      (p === undefined || typeof p === 'string') &&
      (e === undefined || (Number.isSafeInteger(e) && e > 0)) &&
      Object.keys(rest).length === 0
    return fits && (p !== undefined || e !== undefined) ? (part as Part) : undefined
  } catch {
    return undefined
  }
}
