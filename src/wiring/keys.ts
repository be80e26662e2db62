import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { hasKeyRing, loadKeyRing } from '../credentials/key-ring.ts'
import { loadRootKey } from '../credentials/root-key.ts'
import { appSigning, createSigningKeys, upstreamSigning } from '../credentials/signing-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Store } from '../store/store.ts'

export interface KeysPorts {
  readonly documents: Store['documents']
  readonly env: Environment
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Loads the key ring of a store with the root key that the settings name, and the keys that sign
 * tokens for other services. Commands that change keys use it too. Creates a root key only if the
 * store has no ring yet. Throws when the root key is missing or is not the ring's.
 */
export async function loadKeys({ rootKey: source }: Settings['keys'], ports: KeysPorts) {
  const { documents, env, clock, ids } = ports
  const mayCreate = !(await hasKeyRing(documents))
  const rootKey = await loadRootKey(source, env, { mayCreate })
  const ring = await loadKeyRing({ documents, rootKey, clock, ids })
  const purpose = 'access-key-secret'
  return {
    ring,
    signingKeys: createSigningKeys({ documents, ring, clock, ids }),
    appKeys: createSigningKeys({ documents, ring, clock, ids }, appSigning),
    upstreamKeys: createSigningKeys({ documents, ring, clock, ids }, upstreamSigning),
    accessKeySecrets: {
      seal: (secret: string) => ring.seal(purpose, Buffer.from(secret)),
      open: (sealed: string) => ring.unseal(purpose, sealed)?.toString(),
    },
  }
}

export type Keys = Awaited<ReturnType<typeof loadKeys>>
