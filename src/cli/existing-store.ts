import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { openSqliteStore, type SqliteStore } from '../store/sqlite.ts'
import type { Output } from './check.ts'

/**
 * The store that is there; else undefined, which is told. A command that made one would change an empty store, report success, and
 * leave the one that is served from as it was. Only `serve` and `demo` make stores.
 */
export async function openExistingStore(path: string, { err }: Pick<Output, 'err'>): Promise<SqliteStore | undefined> {
  if (existsSync(path)) return openSqliteStore({ path, clock: systemClock })
  err(`there is no store at \`${resolve(path)}\`: \`store.sqlite\` of the settings is relative to the working directory, so run this where Gatehouse is served; \`gatehouse serve\` makes the store`)
  return undefined
}
