import { AsyncLocalStorage } from 'node:async_hooks'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from './ephemeral.ts'
import { migrate } from './migrations.ts'
import { sqliteEphemeral } from './sqlite-ephemeral.ts'
import { sqliteDocuments, sqliteReads, sqliteWrites } from './sqlite-records.ts'
import type { Store, Writes } from './store.ts'

export interface SqliteStore extends Store {
  /** Short-lived state in the same database; lives as long as the store. */
  ephemeral(): Ephemeral
}

/**
 * The embedded store. `path` of the database file (made with mode 0600, its folder with 0700), or `:memory:` for one that
 * ends with the process. Two processes may share a file. Throws when the file is not ours or of a newer schema.
 */
export async function openSqliteStore({ path, clock }: { path: string; clock: Clock }): Promise<SqliteStore> {
  const scratch = path === ':memory:' ? mkdtempSync(join(tmpdir(), 'gatehouse-')) : undefined
  const file = scratch ? join(scratch, 'gatehouse.db') : path
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const writer = connect(file)
  chmodSync(file, 0o600)
  migrate(writer)
  // A second connection: reads never see what a transaction has not committed, and `data_version` sees every commit.
  const reader = connect(file)

  const exclusively = oneAtATime()
  const synchronous = <T>(work: () => T): Promise<T> => exclusively(async () => work())
  const ephemeral = sqliteEphemeral(writer, clock, synchronous)
  return {
    reads: sqliteReads(reader),
    transact: transactions(writer, exclusively),
    version: generationOf(reader),
    documents: sqliteDocuments(writer, synchronous),
    ephemeral: () => ephemeral,
    async [Symbol.asyncDispose]() {
      await exclusively(async () => {
        await ephemeral[Symbol.asyncDispose]()
        reader.close()
        writer.close()
      })
      if (scratch) rmSync(scratch, { recursive: true, force: true })
    },
  }
}

function connect(file: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 5000 })
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
    return db
  } catch (error) {
    db?.close()
    // SQLite does not say of which file it speaks.
    throw new Error(`the store \`${file}\` can't be opened: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/**
 * One writer at a time in the process: a transaction may await, and SQLite's own lock would block the event loop. What is
 * asked within a transaction is part of it: a one-time code that it claims is free again when it rolls back.
 */
function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve()
  const inside = new AsyncLocalStorage<{ over: boolean }>()
  return <T>(work: () => Promise<T>): Promise<T> => {
    if (inside.getStore()?.over === false) return work()
    const turn = { over: false }
    const mine = last.then(() => inside.run(turn, work)).finally(() => {
      turn.over = true
    })
    last = mine.catch(() => undefined)
    return mine
  }
}

function transactions(db: DatabaseSync, exclusively: <T>(work: () => Promise<T>) => Promise<T>): Store['transact'] {
  const writes = sqliteWrites(db)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const bump = db.prepare('UPDATE generation SET value = value + 1')
  return <T>(work: (tx: Writes) => Promise<T>) =>
    exclusively(async () => {
      begin.run()
      try {
        const result = await work(writes)
        bump.run()
        commit.run()
        return result
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })
}

/** `data_version` moves at every commit of another connection; only then is the records' own counter read. */
function generationOf(reader: DatabaseSync): () => number {
  const dataVersion = reader.prepare('PRAGMA data_version')
  const generation = reader.prepare('SELECT value FROM generation')
  let seen = -1
  let value = 0
  return () => {
    const now = (dataVersion.get() as { data_version: number }).data_version
    if (now !== seen) {
      value = (generation.get() as { value: number }).value
      seen = now
    }
    return value
  }
}
