import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'
import type { KeyRing } from './key-ring.ts'

/** RFC 7518, section 3.1. */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** Keys that sign tokens for others to verify: made at first use, sealed under the ring, the public halves published. */
export interface SigningKeys {
  /** A JWT (RFC 7519) in compact form, under the newest key of `algorithm`. */
  sign(algorithm: SigningAlgorithm, claims: Readonly<Record<string, unknown>>): Promise<string>
  /** A JWK set (RFC 7517) of every public key that may still verify something. */
  published(): Promise<{ readonly keys: readonly JsonWebKey[] }>
  /** New keys sign from now on; the older ones stay published while a token of theirs can live. Answers the new ids. */
  rotate(): Promise<readonly string[]>
  /**
   * Takes a key out of the published set at once, whatever it signed that can still live: verifiers that ask anew refuse it. Throws
   * RangeError when there is no such key, or it is the newest of its algorithm.
   */
  retire(id: string): Promise<void>
  /** Oldest first. None before the first token. */
  list(): Promise<readonly SigningKey[]>
}

export interface SigningKey {
  /** The `kid` of tokens and of the published set. */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly createdAt: Date
  /** Only the newest of its algorithm. */
  readonly signs: boolean
}

export interface SigningKeysPorts {
  readonly documents: Documents
  readonly ring: Pick<KeyRing, 'seal' | 'open' | 'refresh'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

interface Stored { readonly id: string; readonly algorithm: SigningAlgorithm; readonly createdAt: string; readonly sealed: string; readonly public: JsonWebKey }
interface Key { readonly id: string; readonly privateKey: KeyObject }

const documentName = 'signing-keys'
const purpose = 'signing-key'
const algorithms: readonly SigningAlgorithm[] = ['RS256', 'ES384']
/** Longer than any token lives and any verifier caches the set. */
const keepMs = 7 * 86_400_000
const idBytes = 9
const generate = promisify(generateKeyPair)

export function openSigningKeys({ documents, ring, clock, ids }: SigningKeysPorts): SigningKeys {
  const opened = new Map<string, Key>()

  async function stored(): Promise<{ readonly keys: readonly Stored[]; readonly revision: number }> {
    const found = await documents.read(documentName)
    return { keys: found ? JSON.parse(found.text) as Stored[] : [], revision: found?.revision ?? 0 }
  }

  async function make(algorithm: SigningAlgorithm): Promise<Stored> {
    const pair = algorithm === 'RS256' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ec', { namedCurve: 'P-384' })
    const id = ids.opaque(idBytes)
    return {
      id, algorithm, createdAt: clock.now().toISOString(),
      sealed: ring.seal(purpose, pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
      public: { ...createPublicKey(pair.privateKey).export({ format: 'jwk' }), kid: id, alg: algorithm, use: 'sig' },
    }
  }

  async function change(make: (keys: readonly Stored[]) => readonly Stored[]): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const { keys, revision } = await stored()
      if (await documents.write(documentName, JSON.stringify(make(keys)), revision)) return
    }
    throw new Error('the signing keys change too often: try again')
  }

  async function rotate(): Promise<readonly string[]> {
    const fresh = await Promise.all(algorithms.map(make))
    await change((keys) => {
      const since = clock.now().getTime() - keepMs
      // A key may go once its successor is so old that nothing it signed can live.
      const kept = keys.filter((key, at) => keys.slice(at + 1).every((later) => later.algorithm !== key.algorithm || Date.parse(later.createdAt) > since))
      return [...kept, ...fresh]
    })
    return fresh.map(({ id }) => id)
  }

  function retire(id: string): Promise<void> {
    return change((keys) => {
      const key = keys.find((one) => one.id === id)
      if (!key) throw new RangeError(`there is no signing key \`${id}\``)
      if (newestOf(keys, key.algorithm) === key) throw new RangeError(`key \`${id}\` is the newest that signs ${key.algorithm}: rotate first`)
      return keys.filter((one) => one !== key)
    })
  }

  async function newest(algorithm: SigningAlgorithm): Promise<Key> {
    let found = newestOf((await stored()).keys, algorithm)
    if (!found) {
      await rotate()
      found = newestOf((await stored()).keys, algorithm)!
    }
    const known = opened.get(found.id)
    if (known) return known
    let der = ring.open(purpose, found.sealed)
    if (!der) {
      // Another process may have rotated both since.
      await ring.refresh()
      der = ring.open(purpose, found.sealed)
    }
    if (!der) throw new Error(`signing key ${found.id} does not open under the key ring`)
    const key = { id: found.id, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) }
    opened.set(key.id, key)
    return key
  }

  return {
    async sign(algorithm, claims) {
      const { id, privateKey } = await newest(algorithm)
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const text = `${part({ alg: algorithm, kid: id, typ: 'JWT' })}.${part(claims)}`
      const hash = algorithm === 'RS256' ? 'sha256' : 'sha384'
      return `${text}.${sign(hash, Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
    published: async () => ({ keys: (await stored()).keys.map((key) => key.public) }),
    rotate,
    retire,
    async list() {
      const { keys } = await stored()
      return keys.map((key) => ({ id: key.id, algorithm: key.algorithm, createdAt: new Date(key.createdAt), signs: newestOf(keys, key.algorithm) === key }))
    },
  }
}

function newestOf(keys: readonly Stored[], algorithm: SigningAlgorithm): Stored | undefined {
  return keys.findLast((key) => key.algorithm === algorithm)
}
