import type { CryptoKey, JWK } from 'jose'
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { importJWK } from 'jose/key/import'
import { type AlgorithmName, algorithms, isAlgorithm } from './algorithms.ts'
import { membersOf, parsed } from './json.ts'

/** The keys of an issuer that can verify a token. */
export interface KeySet {
  /**
   * The keys that fit the algorithm and have the id. Without an id: the only key that fits, if
   * there is exactly one.
   */
  find(keyId: string | undefined, algorithm: AlgorithmName): Promise<readonly CryptoKey[]>
}

const mostKeys = 200
/** Smaller keys can be broken; larger ones make each verification slow. */
const rsaBits = { least: 2048, most: 8192 }
/** How many keys with the same id are tried. */
const mostTried = 4
const publicMembers = ['kty', 'kid', 'use', 'key_ops', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const

/**
 * Reads a JWK set (RFC 7517). Leaves out keys that can't be used. Returns undefined when the text
 * is not a key set, or is too large.
 */
export async function parseKeySet(text: string): Promise<KeySet | undefined> {
  const keys = await fitKeys(text)
  if (!keys) return undefined
  const locate = createLocalJWKSet({ keys: [...keys] })
  return {
    async find(keyId, algorithm) {
      try {
        return [await locate({ alg: algorithm, ...(keyId !== undefined && { kid: keyId }) })]
      } catch (error) {
        if (error instanceof JWKSNoMatchingKey) return []
        if (!(error instanceof JWKSMultipleMatchingKeys)) throw error
        return keyId === undefined ? [] : firstOf(error)
      }
    },
  }
}

async function firstOf(several: AsyncIterable<CryptoKey>): Promise<readonly CryptoKey[]> {
  const keys: CryptoKey[] = []
  for await (const key of several) if (keys.push(key) === mostTried) break
  return keys
}

/**
 * Returns the public part of the keys in a JWK set that can verify tokens: for signatures, of a
 * known kind, neither weak nor huge. Returns undefined as `parseKeySet` does.
 */
export async function fitKeys(text: string): Promise<readonly JWK[] | undefined> {
  const listed = membersOf(parsed(text))?.keys
  if (!Array.isArray(listed) || listed.length > mostKeys) return undefined
  const checked = await Promise.all(listed.map((one) => fitPart(membersOf(one) ?? {})))
  return checked.filter((one) => one !== undefined)
}

async function fitPart(listed: Readonly<Record<string, unknown>>): Promise<JWK | undefined> {
  // Private members that a careless issuer publishes, and certificates, are left out.
  const jwk = Object.fromEntries(
    publicMembers.flatMap((name) => (listed[name] === undefined ? [] : [[name, listed[name]]])),
  )
  const { kid, use } = jwk
  const algorithm = algorithmOf(jwk)
  if (algorithm === undefined || (use !== undefined && use !== 'sig')) return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  try {
    const key = await importJWK(jwk as JWK, algorithm)
    return !(key instanceof Uint8Array) && isSound(key) ? (jwk as JWK) : undefined
  } catch {
    return undefined
  }
}

/** The algorithm that a key states, else one of those that it could be used with. */
function algorithmOf({ kty, crv, alg }: Readonly<Record<string, unknown>>) {
  return Object.keys(algorithms)
    .filter(isAlgorithm)
    .find((name) => {
      const row: { readonly kty: string; readonly crv?: string } = algorithms[name]
      const fits = row.kty === kty && (row.crv === undefined || row.crv === crv)
      return fits && (alg === undefined || alg === name)
    })
}

/** RSA alone needs limits: the library takes exponents of 1 and 2, and 16,384 bits. */
function isSound({ algorithm }: CryptoKey): boolean {
  if (!('modulusLength' in algorithm && 'publicExponent' in algorithm)) return true
  const { modulusLength: bits, publicExponent } = algorithm
  const exponent = BigInt(`0x${Buffer.from(publicExponent as Uint8Array).toString('hex')}`)
  return (
    typeof bits === 'number' &&
    bits >= rsaBits.least &&
    bits <= rsaBits.most &&
    exponent > 1n &&
    exponent % 2n === 1n &&
    exponent < 2n ** 33n
  )
}
