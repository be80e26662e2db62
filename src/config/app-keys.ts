import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto'
import { z } from 'zod'

const rsaBits = { least: 2048, most: 8192 }
const leastExponent = 65_537n
const curves = ['prime256v1', 'secp384r1']

/** The public keys of an app: JWKs (RFC 7517), which have texts as members here. */
export const appKeys = z
  .array(z.record(z.string(), z.string().max(4096)))
  .max(10)
  .default([])
  .superRefine((keys, context) => {
    for (const [index, key] of keys.entries()) {
      const message = wrongKey(key)
      if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message })
      if (key.kid !== undefined && keys.findIndex(({ kid }) => kid === key.kid) < index)
        context.addIssue({ code: 'custom', path: [index], message: 'another key has this `kid`' })
    }
  })

/** How the certificate of an app is recognised (RFC 8705, section 2). */
export const appCertificate = z
  .strictObject({
    dns: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'expected a host in lower case')
      .optional()
      .describe('The DNS name in a certificate that the proxy has verified (`tls_client_auth`)'),
    pem: z
      .string()
      .max(16_384)
      .refine(isCertificate, 'expected one certificate in PEM')
      .optional()
      .describe('The certificate itself (`self_signed_tls_client_auth`)'),
  })
  .refine(
    ({ dns, pem }) => (dns === undefined) !== (pem === undefined),
    'expected one of `dns` and `pem`',
  )

function wrongKey(key: JsonWebKey): string | undefined {
  if (key.d !== undefined || key.k !== undefined)
    return 'this key is secret: give the public half, and make a new pair'
  if (key.use !== undefined && key.use !== 'sig') return 'expected a key that signs'
  let read: ReturnType<typeof createPublicKey>
  try {
    read = createPublicKey({ key, format: 'jwk' })
  } catch {
    return 'expected a public key as JWK'
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = read
  const { modulusLength: bits = 0, publicExponent = 0n, namedCurve = '' } = details
  const fits =
    type === 'ed25519' ||
    (type === 'ec' && curves.includes(namedCurve)) ||
    (type === 'rsa' &&
      bits >= rsaBits.least &&
      bits <= rsaBits.most &&
      publicExponent >= leastExponent)
  return fits ? undefined : 'expected RSA of 2048 to 8192 bits, P-256, P-384 or Ed25519'
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0 && pem.split('-----BEGIN').length === 2
  } catch {
    return false
  }
}
