import type { KeyRing } from '../credentials/key-ring.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'

const documentName = 'browser-cookie-secret'
const purpose = 'browser-cookie'

/** The secret that signs browser cookies: one for all nodes of a store, sealed under the key ring. Made at the first start. */
export async function cookieSecret(documents: Documents, ring: KeyRing, ids: Ids): Promise<string> {
  // Two first starts at once: the one that comes second reads what the first wrote.
  for (let tries = 0; tries < 3; tries++) {
    const found = await documents.read(documentName)
    const known = found && ring.open(purpose, found.text)
    if (known) return known.toString('base64url')
    const fresh = ids.random(32)
    if (await documents.write(documentName, ring.seal(purpose, fresh), found?.revision ?? 0)) return fresh.toString('base64url')
  }
  throw new Error('the secret of the browser cookies changes too often: start again')
}
