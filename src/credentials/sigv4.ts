import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import { canonicalRequest } from './canonical-request.ts'
import type { Signature, SignedRequest } from './signature.ts'
import type { SigningSecret } from './signing-secret.ts'

const skewMs = 15 * 60 * 1000
const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Proves that the holder of the secret access key signed this request (Signature Version 4, "Create a signed AWS API request").
 * Throws AwsFault SignatureDoesNotMatch, also for a time outside ±15 minutes; presigned requests live 15 minutes whatever they say.
 */
export function verifySignature(signature: Signature, request: SignedRequest, secret: SigningSecret, now: Date): void {
  checkTime(signature, now)
  const canonical = canonicalRequest(signature, request)
  const toSign = `${algorithm}\n${signature.amzDate}\n${signature.scope}\n${hash('sha256', canonical)}`
  const expected = createHmac('sha256', secret.keyFor(signature)).update(toSign).digest()
  if (signature.bytes.length !== expected.length || !timingSafeEqual(signature.bytes, expected)) {
    throw commonFault('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. '
      + 'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.')
  }
}

function checkTime({ signedAt, amzDate }: Signature, now: Date): void {
  const ageMs = now.getTime() - signedAt.getTime()
  if (ageMs >= -skewMs && ageMs <= skewMs) return
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  throw commonFault('SignatureDoesNotMatch', ageMs < 0
    ? `Signature not yet current: ${amzDate} is still later than ${stamp} (15 min.)`
    : `Signature expired: ${amzDate} is now earlier than ${stamp}`)
}

export { readSignature } from './signature.ts'
export type { Signature, SignedRequest } from './signature.ts'
export { SigningSecret } from './signing-secret.ts'
