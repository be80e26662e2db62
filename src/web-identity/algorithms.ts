import { type KeyObject, verify } from 'node:crypto'

/** A signature algorithm (RFC 7518, section 3) and the keys that it takes. */
interface Algorithm {
  readonly kty: 'RSA' | 'EC'
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  /** EC: the one curve that goes with it (RFC 7518, section 3.4), and the signature's exact length. */
  readonly curve?: { readonly jwk: string; readonly name: string; readonly signatureBytes: number }
}

/** A closed table: `none`, the HMAC algorithms and everything else are not in it, so nothing has to refuse them. */
export const algorithms = {
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  ES256: { kty: 'EC', hash: 'sha256', curve: { jwk: 'P-256', name: 'prime256v1', signatureBytes: 64 } },
  ES384: { kty: 'EC', hash: 'sha384', curve: { jwk: 'P-384', name: 'secp384r1', signatureBytes: 96 } },
  ES512: { kty: 'EC', hash: 'sha512', curve: { jwk: 'P-521', name: 'secp521r1', signatureBytes: 132 } },
} as const satisfies Readonly<Record<string, Algorithm>>

export type AlgorithmName = keyof typeof algorithms

export function isAlgorithm(name: unknown): name is AlgorithmName {
  return typeof name === 'string' && Object.hasOwn(algorithms, name)
}

/** Whether `signature` is `key`'s, over `input`. The key decides nothing: the caller has checked that it suits `name`. */
export function isSigned(name: AlgorithmName, key: KeyObject, input: Buffer, signature: Buffer): boolean {
  const { hash, curve }: Algorithm = algorithms[name]
  if (!curve) return verify(hash, input, key, signature)
  return signature.length === curve.signatureBytes && verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
