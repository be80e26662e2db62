import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import { canonicalRequest, normalizedPath } from './canonical-request.ts'
import type { Signature, SignedRequest } from './signature.ts'
import type { SigningSecret } from './signing-secret.ts'

/** How far from now a request may have been signed, either way; how long a presigned one lives. */
const mostAgeMs = 15 * 60 * 1000
const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Verifies that the holder of the secret access key signed this request (Signature Version 4,
 * "Create a signed AWS API request"). Throws AwsFault SignatureDoesNotMatch, also when the time is
 * more than 15 minutes off; presigned requests live 15 minutes, whatever they say.
 */
export function verifySignature(
  signature: Signature,
  request: SignedRequest,
  secret: SigningSecret,
  now: Date,
): void {
  checkTime(signature, now)
  // Some clients sign the path as they send it, others in its normal form. It says nothing to the
  // Query API, so that either will do.
  if (isSigned(signature, request, secret)) return
  const rawPath = normalizedPath(request.rawPath)
  if (rawPath === request.rawPath || !isSigned(signature, { ...request, rawPath }, secret)) {
    throw unmatched()
  }
}

function unmatched() {
  return commonFault(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. ' +
      'Consult the service documentation for details.',
  )
}

/** How a service takes requests. */
export interface ReceivedRules {
  readonly now: Date
  /** Longest life of presigned requests; 0: there are none. */
  readonly presignedForSeconds: number
  /** Hashes of the payload, one of which was signed: SHA-256 in hexadecimal digits, or a word. */
  readonly payloadHashes: readonly string[]
}

/**
 * Verifies a request that another service received. Its path has to be signed as it was sent, since
 * it says something there. Returns the payload hash that was signed. Throws AwsFault
 * SignatureDoesNotMatch.
 */
export function verifyReceived(
  signature: Signature,
  request: SignedRequest,
  secret: Pick<SigningSecret, 'keyFor'>,
  { now, presignedForSeconds, payloadHashes }: ReceivedRules,
): string {
  if (signature.presigned) {
    const { expiresSeconds = 0 } = signature
    checkTime(signature, now, Math.min(expiresSeconds, presignedForSeconds) * 1000)
  } else checkTime(signature, now)
  const signed = payloadHashes.find((bodyHash) =>
    isSigned(signature, { ...request, bodyHash }, secret),
  )
  if (signed === undefined) throw unmatched()
  return signed
}

function isSigned(
  signature: Signature,
  request: SignedRequest,
  secret: Pick<SigningSecret, 'keyFor'>,
): boolean {
  const canonicalHash = hash('sha256', bytesOf(canonicalRequest(signature, request)))
  const toSign = `${algorithm}\n${signature.amzDate}\n${signature.scope}\n${canonicalHash}`
  const expected = createHmac('sha256', secret.keyFor(signature)).update(toSign).digest()
  return signature.bytes.length === expected.length && timingSafeEqual(signature.bytes, expected)
}

/** Node reads each byte of a header as a character; signers hash the bytes. */
function bytesOf(canonical: string): string | Buffer {
  return /[\x80-\xff]/.test(canonical) ? Buffer.from(canonical, 'latin1') : canonical
}

/** `livesMs`: how long the request may be on its way. */
function checkTime({ signedAt, amzDate }: Signature, now: Date, livesMs = mostAgeMs): void {
  const ageMs = now.getTime() - signedAt.getTime()
  if (ageMs <= livesMs && ageMs >= -mostAgeMs) return
  const early = ageMs < 0
  const stamp = stampOf(now)
  const limit = stampOf(new Date(now.getTime() + (early ? mostAgeMs : -livesMs)))
  const minutes = livesMs / 60_000
  throw commonFault(
    'SignatureDoesNotMatch',
    early
      ? `Signature not yet current: ${amzDate} is still later than ${limit} (${stamp} + 15 min.)`
      : `Signature expired: ${amzDate} is now earlier than ${limit} (${stamp} - ${minutes} min.)`,
  )
}

function stampOf(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

export type { Signature, SignedRequest } from './signature.ts'
export { readSignature } from './signature.ts'
export { SigningSecret } from './signing-secret.ts'
