import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Settings } from '../config/settings.ts'

/**
 * Whether a store may be begun where there is none: only while its root key, where that is a file,
 * is not there either. A server that began with an empty store would report ready but know no one.
 * `newStore`: the operator wants an empty store.
 */
export function mayBeginStore({ rootKey }: Settings['keys'], newStore: boolean): boolean {
  return newStore || !('file' in rootKey) || !existsSync(rootKey.file)
}

/** Throws when the root key of a store file exists but the file does not. */
export function refuseLostStore(
  {
    store: { sqlite },
    keys,
  }: Pick<Settings, 'keys'> & { readonly store: Pick<Settings['store'], 'sqlite'> },
  newStore: boolean,
): void {
  if (sqlite === undefined || sqlite === ':memory:' || existsSync(sqlite)) return
  if (mayBeginStore(keys, newStore) || !('file' in keys.rootKey)) return
  const { file } = keys.rootKey
  throw new Error(
    `the store \`${resolve(sqlite)}\` is not there, but its root key \`${file}\` is: ` +
      'bring the store back from a backup or correct `store.sqlite`, ' +
      'or begin a new, empty one with `--new-store`',
  )
}
