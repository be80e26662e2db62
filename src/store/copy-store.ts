import type { Clock } from '../kernel/clock.ts'
import { type Copied, type CopiedTable, copyRows } from './copy-rows.ts'
import type { StoreAt } from './open-store.ts'
import { copySqliteStore } from './sqlite/copy.ts'
import { sqliteSource, sqliteTarget } from './sqlite/copy-rows.ts'

export interface CopyAsked {
  readonly from: StoreAt
  readonly to: StoreAt
  readonly clock: Clock
  /** Called now and then. */
  readonly progress?: (table: CopiedTable, rows: number) => void
}

/**
 * Copies a store, as of one moment, into another that is empty or not there yet, and compares what
 * both hold. The source may be in use. Rejects, and leaves no copy, with a sentence for the
 * operator.
 */
export async function copyStore({
  from,
  to,
  clock,
  progress = () => undefined,
}: CopyAsked): Promise<Copied> {
  await using source =
    'sqlite' in from
      ? sqliteSource(from.sqlite, clock)
      : await (await postgresRows()).postgresSource(from.postgres.access, clock)
  await using target =
    'sqlite' in to
      ? await sqliteTarget(to.sqlite)
      : await (await postgresRows()).postgresTarget(to.postgres.access)
  return await copyRows(source, target, progress)
}

/**
 * Copies a store into a file that is not there yet. Returns how many records it has. Rejects like
 * `copyStore`.
 */
export async function copyIntoFile(from: StoreAt, file: string, clock: Clock): Promise<number> {
  if ('sqlite' in from) return copySqliteStore(from.sqlite, file)
  return (await copyStore({ from, to: { sqlite: file }, clock })).rows.records
}

/** Puts the copy in a file where a store should be and is not. Like `copyIntoFile`. */
export async function copyFromFile(file: string, to: StoreAt, clock: Clock): Promise<number> {
  if ('sqlite' in to) return copySqliteStore(file, to.sqlite)
  return (await copyStore({ from: { sqlite: file }, to, clock })).rows.records
}

const postgresRows = () => import('./postgres/copy-rows.ts')
