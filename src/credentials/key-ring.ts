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
  /** Adds a key, which seals from now on; the older ones go on opening. Two nodes at once both succeed. */
  rotate(): Promise<void>
  /** Reads the ring again: another node may have rotated. */
  refresh(): Promise<void>
  /** Newest last. */
  readonly keys: readonly { readonly id: string; readonly createdAt: Date }[]
}
export type Purpose = 'session-token' | 'access-key-secret' | 'browser-cookie' | 'signing-key'

interface StoredKey { readonly id: string; readonly createdAt: string; readonly sealed: string }
interface Key { readonly id: string; readonly createdAt: Date; readonly bytes: Buffer; readonly perPurpose: Map<Purpose, KeyObject> }

const documentName = 'key-ring'
const cipher = 'aes-256-gcm'
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
    keys = stored.map(({ id, createdAt, sealed }) => {
      const bytes = decrypt(root, id, Buffer.from(sealed, 'base64url'))
      if (!bytes) throw new Error('the root key is not the one that sealed this store: bring back the right one')
      return byId.get(id) ?? { id, createdAt: new Date(createdAt), bytes, perPurpose: new Map() }
    })
    byId = new Map(keys.map((key) => [key.id, key]))
    revision = found.revision
  }

  async function rotate(): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      await refresh()
      const id = ids.opaque(idBytes)
      const fresh: StoredKey = {
        id, createdAt: clock.now().toISOString(), sealed: encrypt(root, id, ids.random(32), ids.random(ivBytes)).toString('base64url'),
      }
      const stored = (await documents.read(documentName))?.text
      const text = JSON.stringify([...(stored ? (JSON.parse(stored) as StoredKey[]) : []), fresh])
      if (await documents.write(documentName, text, revision)) return refresh()
    }
    throw new Error('the key ring changes too often: try again')
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
      if (!key) return undefined
      const text = sealed.slice(dot + 1)
      const bytes = Buffer.from(text, 'base64url')
      // Node skips foreign characters and spare bits: only the one spelling that we write is taken.
      if (bytes.toString('base64url') !== text) return undefined
      return decrypt(keyFor(key, purpose), key.id, bytes)
    },
    rotate,
    refresh,
    get keys() {
      return keys.map(({ id, createdAt }) => ({ id, createdAt }))
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
