import type { Environment } from '../config/references.ts'
import { hasKeyRing, type KeyRing, openKeyRing, ringAlgorithm } from '../credentials/key-ring.ts'
import { openRootKey } from '../credentials/root-key.ts'
import { openSigningKeys, type SigningKeys } from '../credentials/signing-keys.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import type { Output } from './check.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { table } from './terminal-table.ts'

/**
 * `gatehouse keys list|rotate|retire`: the ring, and the keys that sign tokens for others. Works on the store that the settings name, also while Gatehouse serves from it, which heeds
 * it within ten seconds. Exit codes: 0 done, 1 not.
 */
export async function keysCommand(path: string, verb: 'list' | 'rotate' | 'retire', id: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await fitSettings(path, env, { err })
  if (!loaded) return 1
  const { store: { sqlite }, keys } = loaded.settings
  await using store = await openExistingStore(sqlite, { err })
  if (!store) return 1
  const ids = new Ids()
  const ring = await openKeyRing({ documents: store.documents, rootKey: await openRootKey(keys.rootKey, env, { mayCreate: !(await hasKeyRing(store.documents)) }), clock: systemClock, ids })
  const signing = openSigningKeys({ documents: store.documents, ring, clock: systemClock, ids })
  try {
    if (verb === 'retire') await retire(ring, signing, id)
    if (verb === 'rotate') {
      await ring.rotate()
      await signing.rotate()
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
  for (const line of await listed(ring, signing)) out(line)
  return 0
}

async function retire(ring: KeyRing, signing: SigningKeys, id: string): Promise<void> {
  if (ring.keys.some((key) => key.id === id)) return ring.retire(id)
  if ((await signing.list()).some((key) => key.id === id)) return signing.retire(id)
  throw new RangeError(`there is no key \`${id}\`: \`gatehouse keys list\` shows them`)
}

async function listed(ring: KeyRing, signing: SigningKeys): Promise<readonly string[]> {
  const ofRing = ring.keys.map(({ id, createdAt, retiredAt }, at) => {
    const state = retiredAt ? `retired ${retiredAt.toISOString()}` : at === ring.keys.length - 1 ? 'seals' : 'opens'
    return ['ring', id, ringAlgorithm, createdAt.toISOString(), state]
  })
  const ofSigning = (await signing.list()).map(({ id, algorithm, createdAt, signs }) => ['signing', id, algorithm, createdAt.toISOString(), signs ? 'signs' : 'published'])
  return table(['KIND', 'KEY', 'ALGORITHM', 'MADE', 'STATE'], [...ofRing, ...ofSigning])
}
