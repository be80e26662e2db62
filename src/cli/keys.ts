import type { Environment } from '../config/references.ts'
import { hasKeyRing, openKeyRing } from '../credentials/key-ring.ts'
import { openRootKey } from '../credentials/root-key.ts'
import { openSigningKeys } from '../credentials/signing-keys.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Output } from './check.ts'
import { fitSettings } from './fit-settings.ts'

/**
 * `gatehouse keys list|rotate|retire`: works on the store that the settings name, also while Gatehouse serves from it, which heeds
 * it within ten seconds. Exit codes: 0 done, 1 not.
 */
export async function keysCommand(path: string, verb: 'list' | 'rotate' | 'retire', id: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await fitSettings(path, env, { err })
  if (!loaded) return 1
  const { store: { sqlite }, keys } = loaded.settings
  await using store = await openSqliteStore({ path: sqlite, clock: systemClock })
  const ids = new Ids()
  const ring = await openKeyRing({ documents: store.documents, rootKey: await openRootKey(keys.rootKey, env, { mayCreate: !(await hasKeyRing(store.documents)) }), clock: systemClock, ids })
  try {
    if (verb === 'retire') await ring.retire(id)
    if (verb === 'rotate') {
      await ring.rotate()
      await openSigningKeys({ documents: store.documents, ring, clock: systemClock, ids }).rotate()
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
  for (const { id: key, createdAt, retiredAt } of ring.keys) {
    out(`${key}  made ${createdAt.toISOString()}  ${retiredAt ? `retired ${retiredAt.toISOString()}` : key === ring.keys.at(-1)?.id ? 'seals' : 'opens'}`)
  }
  return 0
}
