import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Environment } from '../config/references.ts'
import { copySqliteStore } from '../store/sqlite/copy.ts'
import type { Output } from './check.ts'
import { storeFile } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'

export interface CopyAsked {
  /** Path of the settings file. */
  readonly config: string
  /** Path of the backup. */
  readonly file: string
}

/**
 * `gatehouse backup FILE`: copies the store that the settings name, while Gatehouse may be serving
 * from it. Exit codes: 0 done, 1 not.
 */
export async function backup(
  { config, file }: CopyAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const store = storeFile(loaded.settings.store, output)
  return store === undefined ? 1 : copied(store, file, output)
}

/**
 * `gatehouse restore FILE`: puts a backup where the settings want the store. Refuses while there is
 * one, because a server may be running on it. Exit codes: 0 done, 1 not.
 */
export async function restore(
  { config, file }: CopyAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const store = storeFile(loaded.settings.store, output)
  if (store === undefined) return 1
  const code = await copied(file, store, output)
  if (code === 0)
    output.err(
      'sessions that were revoked after the backup live again: revoke them once more ' +
        '(`RevokeSessions` in the audit log)',
    )
  return code
}

async function copied(from: string, to: string, { out, err }: Output): Promise<number> {
  if (!existsSync(from)) {
    err(`there is no store at \`${resolve(from)}\``)
    return 1
  }
  try {
    const records = await copySqliteStore(from, to)
    out(`${records} records from ${resolve(from)} to ${resolve(to)}; the root key is kept apart`)
    return 0
  } catch (error) {
    err(error instanceof Error ? error.message : String(error))
    return 1
  }
}
