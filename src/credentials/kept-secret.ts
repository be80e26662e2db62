import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'
import { type KeyRing, type Purpose, unsealKept } from './key-ring.ts'

/** What a kept secret is for: the name of its document, and what it is sealed for. */
export interface SecretUse {
  readonly document: string
  readonly purpose: Purpose
}

/** Signs browser cookies. */
export const cookieSecret: SecretUse = {
  document: 'browser-cookie-secret',
  purpose: 'browser-cookie',
}
/** Makes the pairwise subjects of apps, so it never changes. */
export const subjectSecret: SecretUse = { document: 'app-subject-secret', purpose: 'app-subject' }

/**
 * Returns a secret of 32 bytes in base64url: one for all nodes of a store, sealed under the key
 * ring. Creates it at the first call.
 */
export async function keptSecret(
  { documents, ring, ids }: { documents: Documents; ring: KeyRing; ids: Pick<Ids, 'random'> },
  { document, purpose }: SecretUse,
): Promise<string> {
  // When two nodes start for the first time at once, the second reads what the first wrote.
  for (let tries = 0; tries < 3; tries++) {
    const found = await documents.read(document)
    const known = found && (await unsealKept(ring, purpose, found.text))
    if (known) return known.toString('base64url')
    const fresh = ids.random(32)
    if (await documents.write(document, ring.seal(purpose, fresh), found?.revision ?? 0))
      return fresh.toString('base64url')
  }
  throw new Error(`the secret \`${document}\` changes too often: start again`)
}
