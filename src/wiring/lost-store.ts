import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Settings } from '../config/settings.ts'

/**
 * Throws when the root key of a store exists but the store does not: a server that began with an
 * empty store would report ready but know no one. `newStore`: the operator wants an empty store.
 */
export function refuseLostStore(
  {
    store: { sqlite },
    keys: { rootKey },
  }: Pick<Settings, 'keys'> & { readonly store: Pick<Settings['store'], 'sqlite'> },
  newStore: boolean,
): void {
  if (newStore || sqlite === ':memory:' || existsSync(sqlite)) return
  if (!('file' in rootKey) || !existsSync(rootKey.file)) return
  throw new Error(
    `the store \`${resolve(sqlite)}\` is not there, but its root key \`${rootKey.file}\` is: ` +
      'bring the store back from a backup or correct `store.sqlite`, ' +
      'or begin a new, empty one with `--new-store`',
  )
}
