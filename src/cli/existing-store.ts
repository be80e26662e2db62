import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { openSqliteStore, type SqliteStore } from '../store/sqlite/open-store.ts'
import type { Output } from './check.ts'

/**
 * Opens the existing store, or reports that there is none and returns undefined. A command that
 * created one would change an empty store, report success, and leave the store that Gatehouse
 * serves from unchanged. Only `serve` and `demo` create stores.
 */
export async function openExistingStore(
  path: string,
  { err }: Pick<Output, 'err'>,
): Promise<SqliteStore | undefined> {
  if (existsSync(path)) return openSqliteStore({ path, clock: systemClock })
  err(
    `there is no store at \`${resolve(path)}\`: ` +
      '`store.sqlite` of the settings is relative to the working directory, ' +
      'so run this where Gatehouse is served; `gatehouse serve` makes the store',
  )
  return undefined
}
