import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'
import { type KeyRing, type Purpose, unsealKept } from './key-ring.ts'

/** RFC 7518, section 3.1. */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'ES384'

/**
 * Keys that sign tokens for other services to verify: made at first use, sealed under the ring, the
 * public halves published.
 */
export interface SigningKeys {
  /**
   * A JWT (RFC 7519) in compact form, under the newest key of `algorithm`. `type`: the header's
   * `typ`, by which verifiers tell tokens of several uses apart (RFC 8725, section 3.11).
   */
  sign(
    algorithm: SigningAlgorithm,
    claims: Readonly<Record<string, unknown>>,
    type?: string,
  ): Promise<string>
  /** A JWK set (RFC 7517) of every public key whose tokens may still be valid. */
  published(): Promise<{ readonly keys: readonly JsonWebKey[] }>
  /**
   * Adds new keys, which sign from now on. Older keys stay published while a token of theirs may be
   * valid. Returns the new ids.
   */
  rotate(): Promise<readonly string[]>
  /**
   * Removes a key from the published set at once, although its tokens may not have expired:
   * verifiers that fetch the set again refuse them. Throws RangeError when there is no such key, or
   * it is the newest of its algorithm.
   */
  retire(id: string): Promise<void>
  /** Oldest first; empty before the first token. */
  list(): Promise<readonly SigningKey[]>
  /**
   * Every published key, newest first, for a library that writes tokens itself. The private halves
   * stay here. Makes the first keys when there are none.
   */
  signers(): Promise<readonly Signer[]>
}

export interface Signer extends Pick<SigningKey, 'id' | 'algorithm'> {
  readonly publicKey: KeyObject
  /** The signature as JWS has it (RFC 7518, section 3) */
  sign(data: Uint8Array): Promise<Uint8Array>
}

export interface SigningKey {
  /** The `kid` of tokens and of the published set. */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly createdAt: Date
  /** True for the newest key of its algorithm only. */
  readonly signs: boolean
}

export interface SigningKeysPorts {
  readonly documents: Documents
  readonly ring: Pick<KeyRing, 'seal' | 'unseal' | 'refresh'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

/** Whom keys sign for. Sets of different uses share no key. */
export interface SigningUse {
  /** The name of their document in the store, and what they are sealed for. */
  readonly document: string
  readonly purpose: Purpose
  readonly algorithms: readonly SigningAlgorithm[]
}

/** GetWebIdentityToken. */
const outbound: SigningUse = {
  document: 'signing-keys',
  purpose: 'signing-key',
  algorithms: ['RS256', 'ES384'],
}
/** What Gatehouse as OpenID provider tells apps. */
export const appSigning: SigningUse = {
  document: 'app-signing-keys',
  purpose: 'app-signing-key',
  algorithms: ['RS256', 'ES256'],
}

/** Proves Gatehouse to accounts whose STS trusts it. */
export const upstreamSigning: SigningUse = {
  document: 'upstream-signing-keys',
  purpose: 'upstream-signing-key',
  algorithms: ['RS256'],
}

interface Stored {
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly createdAt: string
  readonly sealed: string
  readonly public: JsonWebKey
}

interface Read {
  readonly keys: readonly Stored[]
  readonly revision: number
}
const none: Read = { keys: [], revision: 0 }

/** Longer than any token is valid and any verifier caches the set. */
const keepMs = 7 * 86_400_000
const idBytes = 9
const generate = promisify(generateKeyPair)

export function createSigningKeys(
  { documents, ring, clock, ids }: SigningKeysPorts,
  { document, purpose, algorithms }: SigningUse = outbound,
): SigningKeys {
  const opened = new Map<string, KeyObject>()

  let last = none

  /** Read at each use, so that every process heeds a change; parsed only when it has changed. */
  async function stored(): Promise<Read> {
    const found = await documents.read(document)
    if (!found) last = none
    else if (found.revision !== last.revision)
      last = { keys: JSON.parse(found.text) as Stored[], revision: found.revision }
    return last
  }

  async function change(make: (keys: readonly Stored[]) => readonly Stored[]): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const { keys, revision } = await stored()
      if (await documents.write(document, JSON.stringify(make(keys)), revision)) return
    }
    throw new Error('the signing keys change too often: try again')
  }

  async function rotate(): Promise<readonly string[]> {
    const fresh = await Promise.all(
      algorithms.map((algorithm) => makeKey(algorithm, purpose, { ring, clock, ids })),
    )
    await change((keys) => [...stillVerifying(keys, clock.now()), ...fresh])
    return fresh.map(({ id }) => id)
  }

  async function newest(algorithm: SigningAlgorithm): Promise<Stored> {
    const found = newestOf((await stored()).keys, algorithm)
    if (found) return found
    await rotate()
    return newestOf((await stored()).keys, algorithm)!
  }

  async function open({ id, sealed }: Stored): Promise<KeyObject> {
    const known = opened.get(id)
    if (known) return known
    const der = await unsealKept(ring, purpose, sealed)
    if (!der) throw new Error(`signing key ${id} does not open under the key ring`)
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    opened.set(id, key)
    return key
  }

  return {
    async sign(algorithm, claims, type = 'JWT') {
      const key = await newest(algorithm)
      const { SignJWT } = await import('jose/jwt/sign')
      const header = { alg: algorithm, kid: key.id, typ: type }
      return new SignJWT(claims).setProtectedHeader(header).sign(await open(key))
    },
    published: async () => ({ keys: (await stored()).keys.map((key) => key.public) }),
    rotate,
    retire: (id) => change((keys) => withoutKey(keys, id)),
    async signers() {
      await newest(algorithms[0]!)
      const { keys } = await stored()
      return keys.toReversed().map((key) => ({
        id: key.id,
        algorithm: key.algorithm,
        publicKey: createPublicKey({ key: key.public, format: 'jwk' }),
        sign: async (data) => signWith(key.algorithm, await open(key), data),
      }))
    },
    async list() {
      const { keys } = await stored()
      return keys.map((key) => ({
        id: key.id,
        algorithm: key.algorithm,
        createdAt: new Date(key.createdAt),
        signs: newestOf(keys, key.algorithm) === key,
      }))
    },
  }
}

const hashes = { RS256: 'sha256', ES256: 'sha256', ES384: 'sha384' } as const
const curves = { ES256: 'P-256', ES384: 'P-384' } as const

function signWith(algorithm: SigningAlgorithm, key: KeyObject, data: Uint8Array): Buffer {
  return sign(hashes[algorithm], data, { key, dsaEncoding: 'ieee-p1363' })
}

async function makeKey(
  algorithm: SigningAlgorithm,
  purpose: Purpose,
  { ring, clock, ids }: Pick<SigningKeysPorts, 'ring' | 'clock' | 'ids'>,
): Promise<Stored> {
  const pair =
    algorithm === 'RS256'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: curves[algorithm] })
  const id = ids.opaque(idBytes)
  return {
    id,
    algorithm,
    createdAt: clock.now().toISOString(),
    sealed: ring.seal(purpose, pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
    public: {
      ...createPublicKey(pair.privateKey).export({ format: 'jwk' }),
      kid: id,
      alg: algorithm,
      use: 'sig',
    },
  }
}

/** Leaves out keys whose successor is so old that no token of theirs is valid. */
function stillVerifying(keys: readonly Stored[], now: Date): readonly Stored[] {
  const since = now.getTime() - keepMs
  return keys.filter((key, at) =>
    keys
      .slice(at + 1)
      .every((later) => later.algorithm !== key.algorithm || Date.parse(later.createdAt) > since),
  )
}

function withoutKey(keys: readonly Stored[], id: string): readonly Stored[] {
  const key = keys.find((one) => one.id === id)
  if (!key) throw new RangeError(`there is no signing key \`${id}\``)
  if (newestOf(keys, key.algorithm) === key)
    throw new RangeError(`key \`${id}\` is the newest that signs ${key.algorithm}: rotate first`)
  return keys.filter((one) => one !== key)
}

function newestOf(keys: readonly Stored[], algorithm: SigningAlgorithm): Stored | undefined {
  return keys.findLast((key) => key.algorithm === algorithm)
}
