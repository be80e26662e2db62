import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'

/** Seals with the newest key and opens with any that the ring still holds. Each purpose has keys of its own. */
export interface KeyRing {
  /** `keyId.base64url`; what one purpose sealed no other opens. */
  seal(purpose: Purpose, plain: Buffer): string
  /** undefined: altered, cut, of another purpose, or of a key that this ring does not hold. */
  open(purpose: Purpose, sealed: string): Buffer | undefined
  /**
   * Adds a key, which seals from now on; the older ones go on opening. A key that stopped sealing so long ago that no token of it can live
   * is retired on the way. Two nodes at once both succeed.
   */
  rotate(): Promise<void>
  /**
   * From now on (on other processes: from their next `refresh`) the key opens no session token and no browser cookie; secrets at rest it still
   * opens. Throws RangeError when there is no such key, or it is the newest.
   */
  retire(id: string): Promise<void>
  /** Reads the ring again: another node may have rotated. */
  refresh(): Promise<void>
  /** Newest last. */
  readonly keys: readonly RingKey[]
  /** Changes whenever this ring learned of a new or a retired key: what was opened before may open no more. */
  readonly revision: number
}
export type Purpose = 'session-token' | 'access-key-secret' | 'browser-cookie' | 'signing-key' | 'authorization-message' | 'saml-keys' | 'mfa-seed'

export interface RingKey { readonly id: string; readonly createdAt: Date; readonly retiredAt?: Date }

interface StoredKey { readonly id: string; readonly createdAt: string; readonly sealed: string; readonly retiredAt?: string }
interface Key extends RingKey { readonly bytes: Buffer; readonly perPurpose: Map<Purpose, KeyObject> }

/** What a retired key no longer opens: proofs that somebody brings. What lies in the store stays readable. */
const proofs: ReadonlySet<Purpose> = new Set(['session-token', 'browser-cookie'])
/** The longest session, and room for clocks. */
const tokensLiveMs = 37 * 3_600_000

const documentName = 'key-ring'
const cipher = 'aes-256-gcm'
/** As JOSE names it (RFC 7518, section 5.1). */
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

/** Whether a ring lies in the store: then its root key has to be there, and a new one would open nothing. */
export async function hasKeyRing(documents: Documents): Promise<boolean> {
  return (await documents.read(documentName)) !== undefined
}

/**
 * The ring in the store's documents, every key sealed under the root key; a ring is made when there is none.
 * Throws when the root key is not the one that sealed it: starting anew would make every sealed secret unreadable.
 */
export async function openKeyRing({ documents, rootKey, clock, ids }: KeyRingPorts): Promise<KeyRing> {
  const root = derive(rootKey, 'key-ring')
  let revision = 0
  let keys: readonly Key[] = []
  let byId: ReadonlyMap<string, Key> = new Map()

  async function refresh(): Promise<void> {
    const found = await documents.read(documentName)
    if (!found || found.revision === revision) return
    const stored = JSON.parse(found.text) as readonly StoredKey[]
    keys = stored.map(({ id, createdAt, sealed, retiredAt }): Key => {
      const bytes = decrypt(root, id, Buffer.from(sealed, 'base64url'))
      if (!bytes) throw new Error('the root key is not the one that sealed this store: bring back the right one')
      return { id, createdAt: new Date(createdAt), ...(retiredAt !== undefined && { retiredAt: new Date(retiredAt) }), bytes, perPurpose: byId.get(id)?.perPurpose ?? new Map() }
    })
    byId = new Map(keys.map((key) => [key.id, key]))
    revision = found.revision
  }

  async function change(make: (stored: readonly StoredKey[]) => readonly StoredKey[]): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const found = await documents.read(documentName)
      const changed = make(found ? JSON.parse(found.text) as StoredKey[] : [])
      if (await documents.write(documentName, JSON.stringify(changed), found?.revision ?? 0)) return refresh()
    }
    throw new Error('the key ring changes too often: try again')
  }

  function rotate(): Promise<void> {
    const id = ids.opaque(idBytes)
    const now = clock.now()
    const fresh: StoredKey = { id, createdAt: now.toISOString(), sealed: encrypt(root, id, ids.random(32), ids.random(ivBytes)).toString('base64url') }
    return change((stored) => [...stored.map((key, at) => {
      const successor = stored[at + 1]
      const idle = successor !== undefined && Date.parse(successor.createdAt) < now.getTime() - tokensLiveMs
      return idle && key.retiredAt === undefined ? { ...key, retiredAt: now.toISOString() } : key
    }), fresh])
  }

  function retire(id: string): Promise<void> {
    return change((stored) => {
      if (!stored.some((key) => key.id === id)) throw new RangeError(`the ring has no key \`${id}\``)
      if (stored.at(-1)?.id === id) throw new RangeError(`key \`${id}\` is the newest, which seals: rotate first`)
      return stored.map((key) => (key.id === id && key.retiredAt === undefined ? { ...key, retiredAt: clock.now().toISOString() } : key))
    })
  }

  await refresh()
  if (keys.length === 0) await rotate()

  return {
    seal(purpose, plain) {
      const key = keys.at(-1)!
      return `${key.id}.${encrypt(keyFor(key, purpose), key.id, plain, ids.random(ivBytes)).toString('base64url')}`
    },
    open(purpose, sealed) {
      const dot = sealed.indexOf('.')
      const key = dot > 0 ? byId.get(sealed.slice(0, dot)) : undefined
      if (!key || (key.retiredAt !== undefined && proofs.has(purpose))) return undefined
      const text = sealed.slice(dot + 1)
      const bytes = Buffer.from(text, 'base64url')
      // Node skips foreign characters and spare bits: only the one spelling that we write is taken.
      if (bytes.toString('base64url') !== text) return undefined
      return decrypt(keyFor(key, purpose), key.id, bytes)
    },
    rotate,
    retire,
    refresh,
    get revision() {
      return revision
    },
    get keys() {
      return keys.map(({ id, createdAt, retiredAt }) => ({ id, createdAt, ...(retiredAt && { retiredAt }) }))
    },
  }
}

/** KeyObjects: with raw bytes node imports the key at every call, which costs three times the sealing. */
function keyFor(key: Key, purpose: Purpose): KeyObject {
  let derived = key.perPurpose.get(purpose)
  if (!derived) {
    derived = derive(key.bytes, purpose)
    key.perPurpose.set(purpose, derived)
  }
  return derived
}

/** HKDF-SHA256 (RFC 5869), the purpose as its info. */
function derive(bytes: Buffer, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), `gatehouse/${purpose}`, 32)))
}

/** AES-256-GCM: iv, ciphertext, tag. The key id is authenticated beside it. */
function encrypt(key: KeyObject, keyId: string, plain: Buffer, iv: Buffer): Buffer {
  const sealing = createCipheriv(cipher, key, iv)
  sealing.setAAD(Buffer.from(keyId))
  const body = sealing.update(plain)
  sealing.final()
  return Buffer.concat([iv, body, sealing.getAuthTag()])
}

function decrypt(key: KeyObject, keyId: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < ivBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
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
