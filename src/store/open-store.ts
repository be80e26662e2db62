import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Ephemeral } from './ephemeral.ts'
import type { PostgresFigures, PostgresOptions } from './postgres/open-store.ts'
import { type Remembering, rememberingStore } from './remembering.ts'
import { openSqliteStore } from './sqlite/open-store.ts'
import type { Store } from './store.ts'

/** A durable store, and short-lived state beside it. */
export interface DurableStore extends Store {
  /** Short-lived state in the same database; lives as long as the store. */
  ephemeral(): Ephemeral
  /** Of a database on the network. */
  figures?(): PostgresFigures
}

/** Which store; exactly one. */
export type StoreAt =
  /** Path of the file. */
  { readonly sqlite: string } | { readonly postgres: Omit<PostgresOptions, 'clock' | 'log'> }

export interface OpenOptions {
  readonly clock: Clock
  readonly log?: Log
}

/**
 * Opens the durable store that the settings name, and caches frequent reads in memory. Rejects with
 * a sentence for the operator when it can't be opened.
 */
export async function openStore(
  { cacheBytes, ...at }: StoreAt & { readonly cacheBytes?: number | undefined },
  options: OpenOptions,
): Promise<DurableStore & Remembering> {
  return rememberingStore(await openBareStore(at, { ...options, checkAfterKill: true }), {
    cacheBytes,
  })
}

/** Opens a store without a cache, for a command. */
export async function openBareStore(
  at: StoreAt,
  { checkAfterKill = false, ...options }: OpenOptions & { readonly checkAfterKill?: boolean },
): Promise<DurableStore> {
  if ('sqlite' in at) return openSqliteStore({ path: at.sqlite, checkAfterKill, ...options })
  const { openPostgresStore } = await import('./postgres/open-store.ts')
  return openPostgresStore({ ...at.postgres, ...options })
}
