/**
 * The signature algorithms that STS takes (RFC 7518, section 3) and the keys that go with them. A
 * closed table: `none`, HMAC, PSS and all others that the library knows are missing from it, so no
 * code has to refuse them.
 */
export const algorithms = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
} as const satisfies Readonly<Record<string, { readonly kty: string; readonly crv?: string }>>

export type AlgorithmName = keyof typeof algorithms

export function isAlgorithm(name: unknown): name is AlgorithmName {
  return typeof name === 'string' && Object.hasOwn(algorithms, name)
}
