import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import { canonicalRequest } from './canonical-request.ts'
import type { Signature, SignedRequest } from './signature.ts'

const skewMs = 15 * 60 * 1000
const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Proves that the holder of `secretAccessKey` signed this request (Signature Version 4, "Create a signed AWS API request").
 * Throws AwsFault SignatureDoesNotMatch, also for a time outside ±15 minutes; presigned requests live 15 minutes whatever they say.
 */
export function verifySignature(signature: Signature, request: SignedRequest, secretAccessKey: string, now: Date): void {
  checkTime(signature, now)
  const { date, region, service, amzDate } = signature
  const canonical = canonicalRequest(signature, request)
  const scope = `${date}/${region}/${service}/aws4_request`
  const toSign = `${algorithm}\n${amzDate}\n${scope}\n${hash('sha256', canonical)}`
  const expected = createHmac('sha256', signingKey(secretAccessKey, date, region, service)).update(toSign).digest()
  if (signature.bytes.length !== expected.length || !timingSafeEqual(signature.bytes, expected)) {
    throw commonFault('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. '
      + 'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.')
  }
}

function checkTime({ signedAt, amzDate, presigned, expiresSeconds }: Signature, now: Date): void {
  const ageMs = now.getTime() - signedAt.getTime()
  const lifeMs = presigned ? Math.min(skewMs, expiresSeconds * 1000) : skewMs
  if (ageMs >= -skewMs && ageMs <= lifeMs) return
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  throw commonFault('SignatureDoesNotMatch', ageMs < 0
    ? `Signature not yet current: ${amzDate} is still later than ${stamp} (15 min.)`
    : `Signature expired: ${amzDate} is now earlier than ${stamp}`)
}

/** Good for one day, region and service; four HMACs that a steady client pays once. Keyed by a hash: no secret is a key. */
const signingKeys = new Map<string, KeyObject>()
const mostSigningKeys = 10_000

function signingKey(secret: string, date: string, region: string, service: string): KeyObject {
  const name = hash('sha256', `${date}/${region}/${service}/${secret}`, 'base64')
  let key = signingKeys.get(name)
  if (!key) {
    const step = (under: Buffer | string, text: string) => createHmac('sha256', under).update(text).digest()
    key = createSecretKey(step(step(step(step(`AWS4${secret}`, date), region), service), 'aws4_request'))
    if (signingKeys.size >= mostSigningKeys) signingKeys.clear()
    signingKeys.set(name, key)
  }
  return key
}

export { readSignature } from './signature.ts'
export type { Signature, SignedRequest } from './signature.ts'
