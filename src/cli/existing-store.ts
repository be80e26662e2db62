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
  output: Pick<Output, 'err'>,
): Promise<SqliteStore | undefined> {
  return storeExists(path, output) ? openSqliteStore({ path, clock: systemClock }) : undefined
}

/** Whether there is a store; reports that there is none. */
export function storeExists(path: string, { err }: Pick<Output, 'err'>): boolean {
  if (existsSync(path)) return true
  err(
    `there is no store at \`${resolve(path)}\`: ` +
      '`store.sqlite` of the settings is relative to the working directory, ' +
      'so run this where Gatehouse is served; `gatehouse serve` makes the store',
  )
  return false
}
