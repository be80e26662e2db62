import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { copyFromFile, copyIntoFile } from '../store/copy-store.ts'
import type { StoreAt } from '../store/open-store.ts'
import { storeAt } from '../wiring/store-at.ts'
import type { Output } from './check.ts'
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
  const from = await storeAt(loaded.settings.store, env, { mayCreate: false })
  return copied({ from: nameOf(from), to: resolve(file) }, output, () =>
    copyIntoFile(from, file, systemClock),
  )
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
  const to = await storeAt(loaded.settings.store, env, { mayCreate: true })
  const code = await copied({ from: resolve(file), to: nameOf(to) }, output, () =>
    copyFromFile(file, to, systemClock),
  )
  if (code === 0)
    output.err(
      'sessions that were revoked after the backup live again: revoke them once more ' +
        '(`RevokeSessions` in the audit log)',
    )
  return code
}

/** The path of a file; of a server its name alone. */
const nameOf = (at: StoreAt): string => ('sqlite' in at ? resolve(at.sqlite) : 'PostgreSQL')

interface Names {
  readonly from: string
  readonly to: string
}

async function copied(
  { from, to }: Names,
  { out, err }: Output,
  copy: () => Promise<number>,
): Promise<number> {
  if (isAbsolute(from) && !existsSync(from)) {
    err(`there is no store at \`${from}\``)
    return 1
  }
  try {
    out(`${await copy()} records from ${from} to ${to}; the root key is kept apart`)
    return 0
  } catch (error) {
    err(error instanceof Error ? error.message : String(error))
    return 1
  }
}
