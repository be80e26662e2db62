import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { type Remembering, rememberingStore } from './remembering.ts'
import { openSqliteStore, type SqliteStore } from './sqlite/open-store.ts'

/**
 * Opens the durable store that the settings name, and caches frequent reads in memory. Rejects with
 * a sentence for the operator when it can't be opened.
 */
export async function openStore(
  { sqlite, cacheBytes }: { readonly sqlite: string; readonly cacheBytes?: number | undefined },
  options: { readonly clock: Clock; readonly log?: Log },
): Promise<SqliteStore & Remembering> {
  return rememberingStore(
    await openSqliteStore({ path: sqlite, checkAfterKill: true, ...options }),
    { cacheBytes },
  )
}
