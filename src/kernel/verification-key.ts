import { createPublicKey, type JsonWebKey } from 'node:crypto'

/** Smaller keys can be broken; larger ones make each verification slow. */
const rsaBits = { least: 2048, most: 8192 }
const leastExponent = 65_537n
const curves = ['prime256v1', 'secp384r1']

/** What is wrong with the public key (JWK, RFC 7517) that an app signs with; undefined: nothing. */
export function wrongKey(key: JsonWebKey): string | undefined {
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
