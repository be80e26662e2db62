import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { type AlgorithmName, algorithms } from './algorithms.ts'

/** The keys of an issuer that can verify a token of ours. */
export interface KeySet {
  /** Those that suit the algorithm and have the id; without an id, the one key that suits, where there is one. */
  find(keyId: string | undefined, algorithm: AlgorithmName): readonly KeyObject[]
}
interface Key {
  readonly keyId: string | undefined
  readonly suits: ReadonlySet<string>
  readonly key: KeyObject
}

const mostKeys = 200
/** Smaller ones can be broken; larger ones make each verification slow. */
const rsaBits = { least: 2048, most: 8192 }
/** Of keys with one id, no more are tried. */
const mostTried = 4

/** Reads a JWK set (RFC 7517). Keys that are of no use to us are left out; undefined when it is no set, or too large a one. */
export function parseKeySet(text: string): KeySet | undefined {
  const listed = membersOf(parsed(text))?.keys
  if (!Array.isArray(listed) || listed.length > mostKeys) return undefined
  const keys = listed.flatMap((one) => usable(membersOf(one)))
  return {
    find(keyId, algorithm) {
      const suited = keys.filter((key) => key.suits.has(algorithm) && (keyId === undefined || key.keyId === keyId))
      return keyId === undefined && suited.length !== 1 ? [] : suited.slice(0, mostTried).map(({ key }) => key)
    },
  }
}

function usable(jwk: Readonly<Record<string, unknown>> | undefined): Key[] {
  if (!jwk) return []
  const { kty, kid, use, alg, crv, key_ops: operations, n, e, x, y } = jwk
  if (use !== undefined && use !== 'sig') return []
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return []
  if (kid !== undefined && typeof kid !== 'string') return []
  const suits = Object.entries(algorithms)
    .filter(([name, row]) => row.kty === kty && (alg === undefined || alg === name) && (!('curve' in row) || row.curve.jwk === crv))
    .map(([name]) => name)
  if (suits.length === 0) return []
  try {
    // The public members only: a set that holds private keys or certificates brings nothing else in.
    const key = createPublicKey({ key: (kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }) as JsonWebKey, format: 'jwk' })
    return kty === 'RSA' && !soundRsa(key) ? [] : [{ keyId: kid, suits: new Set(suits), key }]
  } catch {
    return []
  }
}

function soundRsa({ asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
  return modulusLength >= rsaBits.least && modulusLength <= rsaBits.most
    && publicExponent > 1n && publicExponent % 2n === 1n && publicExponent < 2n ** 33n
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
}
