import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'

/**
 * Seals with the newest key that every node knows, and opens with every key that the ring holds.
 * Keys are derived for each purpose.
 */
export interface KeyRing {
  /** Returns `keyId.base64url`, which opens for the same purpose only. */
  seal(purpose: Purpose, plain: Buffer): string
  /**
   * Returns undefined for a text that was altered or cut, is of another purpose, or of a key that
   * the ring does not hold.
   */
  unseal(purpose: Purpose, sealed: string): Buffer | undefined
  /**
   * Adds a key, which seals half a minute later, when all nodes have read it, or as soon as every
   * older one is retired; older keys still open. Retires keys that stopped sealing
   * so long ago that all their tokens have expired. Two nodes may rotate at once.
   */
  rotate(): Promise<void>
  /**
   * Stops a key from opening session tokens and browser cookies; other processes follow at their
   * next `refresh`. Secrets at rest still open. Throws RangeError when there is no such key, or it
   * is the newest.
   */
  retire(id: string): Promise<void>
  /** Reads the ring again, because another node may have rotated or retired a key. */
  refresh(): Promise<void>
  /** Newest last. */
  readonly keys: readonly RingKey[]
  /** The id of the key that seals now. */
  readonly sealing: string
  /**
   * Changes whenever this ring learns of a new or a retired key, so that caches of opened tokens
   * know when to drop them.
   */
  readonly revision: number
}
export type Purpose =
  | 'session-token'
  | 'access-key-secret'
  | 'browser-cookie'
  | 'signing-key'
  | 'app-signing-key'
  | 'upstream-signing-key'
  | 'app-subject'
  | 'authorization-message'
  | 'saml-keys'
  | 'mfa-seed'
  | 'security-key-challenge'
  | 'security-key-code'
  | 'security-key-ticket'
  | 'sign-in-attempt'
  | 'sign-in-memo'
  | 'gate-attempt'
  | 'refresh-token'
  | 'bearer-grant'
  | 'recent-sign-in'
  | 'node-settings'

export interface RingKey {
  readonly id: string
  readonly createdAt: Date
  readonly retiredAt?: Date | undefined
}

interface StoredKey {
  readonly id: string
  readonly createdAt: string
  readonly sealed: string
  readonly retiredAt?: string | undefined
}
interface Key extends RingKey {
  readonly bytes: Buffer
  readonly perPurpose: Map<Purpose, KeyObject>
}

/**
 * Purposes that a retired key no longer opens: what callers present. What the store holds stays
 * readable.
 */
const proofs: ReadonlySet<Purpose> = new Set([
  'session-token',
  'browser-cookie',
  'security-key-challenge',
  'security-key-code',
  'security-key-ticket',
  'sign-in-attempt',
  'sign-in-memo',
  'gate-attempt',
  'bearer-grant',
])
/**
 * So old a key has to be before it seals: nodes read the ring every ten seconds, and their clocks
 * differ. What a node sealed under a key that another one did not know would not open there.
 */
const settlesAfterMs = 30_000
/** The longest session, plus a margin for clocks. */
const tokensLiveMs = 37 * 3_600_000

const documentName = 'key-ring'
const cipher = 'aes-256-gcm'
/** Name of the algorithm in JOSE (RFC 7518, section 5.1). */
export const ringAlgorithm = 'A256GCM'
const ivBytes = 12
const tagBytes = 16
const idBytes = 6
export interface KeyRingPorts {
  readonly documents: Documents
  /** 32 bytes. */
  readonly rootKey: Buffer
  readonly clock: Clock
  readonly ids: Pick<Ids, 'random' | 'opaque'>
}

/** Whether the store holds a ring. If so, its root key must exist: a new one could open nothing. */
export async function hasKeyRing(documents: Documents): Promise<boolean> {
  return (await documents.read(documentName)) !== undefined
}

/**
 * Loads the ring from the store's documents, in which every key is sealed under the root key. Makes
 * a ring when there is none. Throws when the root key does not open it, because a new ring would
 * make every sealed secret unreadable.
 */
export async function loadKeyRing({
  documents,
  rootKey,
  clock,
  ids,
}: KeyRingPorts): Promise<KeyRing> {
  const root = derive(rootKey, 'key-ring')
  let revision = 0
  let keys: readonly Key[] = []
  let byId: ReadonlyMap<string, Key> = new Map()

  async function refresh(): Promise<void> {
    const found = await documents.read(documentName)
    if (!found || found.revision === revision) return
    const stored = JSON.parse(found.text) as readonly StoredKey[]
    keys = stored.map((one) => openedKey(one, root, byId.get(one.id)?.perPurpose ?? new Map()))
    byId = new Map(keys.map((key) => [key.id, key]))
    revision = found.revision
  }

  async function change(
    make: (stored: readonly StoredKey[]) => readonly StoredKey[],
  ): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const found = await documents.read(documentName)
      const changed = make(found ? (JSON.parse(found.text) as StoredKey[]) : [])
      if (await documents.write(documentName, JSON.stringify(changed), found?.revision ?? 0))
        return refresh()
    }
    throw new Error('the key ring changes too often: try again')
  }

  function newKey(now: Date): StoredKey {
    const id = ids.opaque(idBytes)
    return {
      id,
      createdAt: now.toISOString(),
      sealed: encrypt(root, id, ids.random(32), ids.random(ivBytes)).toString('base64url'),
    }
  }

  function rotate(): Promise<void> {
    const now = clock.now()
    const fresh = newKey(now)
    return change((stored) => [...withIdleRetired(stored, now), fresh])
  }

  /** The newest that has settled; where none has, the first, which others found or made as well. */
  function sealing(): Key {
    const settled = clock.now().getTime() - settlesAfterMs
    let chosen: Key | undefined
    for (const key of keys)
      if (key.retiredAt === undefined && (!chosen || key.createdAt.getTime() <= settled))
        chosen = key
    return chosen!
  }

  await refresh()
  // Another node may begin at the same time: who is second takes over what the first made.
  if (keys.length === 0)
    await change((stored) => (stored.length > 0 ? stored : [newKey(clock.now())]))

  return {
    seal(purpose, plain) {
      const key = sealing()
      const sealed = encrypt(keyFor(key, purpose), key.id, plain, ids.random(ivBytes))
      return `${key.id}.${sealed.toString('base64url')}`
    },
    unseal(purpose, sealed) {
      const dot = sealed.indexOf('.')
      const key = dot > 0 ? byId.get(sealed.slice(0, dot)) : undefined
      if (!key || (key.retiredAt !== undefined && proofs.has(purpose))) return undefined
      const text = sealed.slice(dot + 1)
      const bytes = Buffer.from(text, 'base64url')
      // Node ignores foreign characters and spare bits: accept only the spelling that we write.
      if (bytes.toString('base64url') !== text) return undefined
      return decrypt(keyFor(key, purpose), key.id, bytes)
    },
    rotate,
    retire: (id) => change((stored) => withRetired(stored, id, clock.now())),
    refresh,
    get revision() {
      return revision
    },
    get sealing() {
      return sealing().id
    },
    get keys() {
      return keys.map(({ id, createdAt, retiredAt }) => ({
        id,
        createdAt,
        ...(retiredAt && { retiredAt }),
      }))
    },
  }
}

/**
 * Opens a text that another node may have sealed under a key that this one does not know yet: reads
 * the ring again where it does not open.
 */
export async function unsealKept(
  ring: Pick<KeyRing, 'unseal' | 'refresh'>,
  purpose: Purpose,
  sealed: string,
): Promise<Buffer | undefined> {
  const known = ring.unseal(purpose, sealed)
  if (known) return known
  await ring.refresh()
  return ring.unseal(purpose, sealed)
}

function openedKey(
  { id, createdAt, sealed, retiredAt }: StoredKey,
  root: KeyObject,
  perPurpose: Key['perPurpose'],
): Key {
  const bytes = decrypt(root, id, Buffer.from(sealed, 'base64url'))
  if (!bytes)
    throw new Error('the root key is not the one that sealed this store: bring back the right one')
  return {
    id,
    createdAt: new Date(createdAt),
    ...(retiredAt !== undefined && { retiredAt: new Date(retiredAt) }),
    bytes,
    perPurpose,
  }
}

/** Retires keys whose successor is so old that every token sealed under them has expired. */
function withIdleRetired(stored: readonly StoredKey[], now: Date): readonly StoredKey[] {
  return stored.map((key, at) => {
    const successor = stored[at + 1]
    const idle =
      successor !== undefined && Date.parse(successor.createdAt) < now.getTime() - tokensLiveMs
    return idle && key.retiredAt === undefined ? { ...key, retiredAt: now.toISOString() } : key
  })
}

function withRetired(stored: readonly StoredKey[], id: string, now: Date): readonly StoredKey[] {
  if (!stored.some((key) => key.id === id)) throw new RangeError(`the ring has no key \`${id}\``)
  if (stored.at(-1)?.id === id)
    throw new RangeError(`key \`${id}\` is the newest, which seals: rotate first`)
  return stored.map((key) =>
    key.id === id && key.retiredAt === undefined ? { ...key, retiredAt: now.toISOString() } : key,
  )
}

/**
 * Keep KeyObjects: from raw bytes, node imports the key at every call, which costs three times as
 * much as sealing.
 */
function keyFor(key: Key, purpose: Purpose): KeyObject {
  let derived = key.perPurpose.get(purpose)
  if (!derived) {
    derived = derive(key.bytes, purpose)
    key.perPurpose.set(purpose, derived)
  }
  return derived
}

/** HKDF-SHA256 (RFC 5869), with the purpose as its info. */
function derive(bytes: Buffer, purpose: string): KeyObject {
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), `gatehouse/${purpose}`, 32)),
  )
}

/** AES-256-GCM: returns iv, ciphertext and tag. The key id is authenticated too. */
function encrypt(key: KeyObject, keyId: string, plain: Buffer, iv: Buffer): Buffer {
  const sealing = createCipheriv(cipher, key, iv)
  sealing.setAAD(Buffer.from(keyId))
  const body = sealing.update(plain)
  sealing.final()
  return Buffer.concat([iv, body, sealing.getAuthTag()])
}

function decrypt(key: KeyObject, keyId: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < ivBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  opening.setAAD(Buffer.from(keyId))
  opening.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    const plain = opening.update(sealed.subarray(ivBytes, sealed.length - tagBytes))
    opening.final()
    return plain
  } catch {
    return undefined
  }
}
