import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Ephemeral } from '../ephemeral.ts'
import type { Store, Writes } from '../store.ts'
import { changeLog, changesSince } from './changes.ts'
import { sqliteEphemeral } from './ephemeral.ts'
import { migrate } from './migrations.ts'
import { sqliteLeave, sqliteOutbox } from './outbox.ts'
import { createPatience, type Patience, storeFault } from './patience.ts'
import { sqliteDocuments, sqliteReads, sqliteWrites } from './records.ts'
import { type Turn, type Turns, takeTurns } from './turns.ts'
import { createWriteHealth, sqliteProbe, type WriteHealth } from './write-health.ts'

export interface SqliteStore extends Store {
  /** Short-lived state in the same database; lives as long as the store. */
  ephemeral(): Ephemeral
}

export interface SqliteOptions {
  /**
   * Path of the database file (created with mode 0600, its folder with 0700), or `:memory:` for a
   * database that ends with the process.
   */
  readonly path: string
  readonly clock: Clock
  /** How many commits `changes` can report. */
  readonly changesKept?: number
  /**
   * How long a write waits for its turn and for other processes, before it fails with StoreFault.
   */
  readonly patienceMs?: number
  readonly log?: Log
}

/**
 * Opens the embedded store. Two processes may share a file. Throws when the file is not a Gatehouse
 * store or has a newer schema.
 */
export async function openSqliteStore({
  path,
  clock,
  changesKept = 20_000,
  patienceMs = 2000,
  log = () => undefined,
}: SqliteOptions): Promise<SqliteStore> {
  const scratch = path === ':memory:' ? mkdtempSync(join(tmpdir(), 'gatehouse-')) : undefined
  const file = scratch ? join(scratch, 'gatehouse.db') : path
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const writer = connect(file)
  chmodSync(file, 0o600)
  migrate(writer)
  // A second connection: reads never see what a transaction has not committed, and `data_version`
  // sees every commit.
  const reader = connect(file)

  // No requests are served yet, so up to here SQLite itself may wait for a lock.
  for (const db of [writer, reader]) db.exec('PRAGMA busy_timeout = 0')

  const health = createWriteHealth(log)
  const patiently = createPatience(patienceMs, health.failed)
  const turns = takeTurns(patiently)
  const ephemeral = sqliteEphemeral(writer, clock, turns)
  return {
    reads: sqliteReads(reader, patiently),
    transact: transactions(writer, { turns, patiently, health, clock, changesKept }),
    changes: changesSince(reader),
    staleMs: 0,
    documents: sqliteDocuments(writer, turns),
    probe: sqliteProbe(writer, { reader, turns, patiently, health }),
    outbox: sqliteOutbox(writer, turns, patiently),
    ephemeral: () => ephemeral,
    async [Symbol.asyncDispose]() {
      await turns.take(async () => {
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
    // SQLite does not name the file in its message.
    throw new Error(
      `the store \`${file}\` can't be opened: ` +
        (error instanceof Error ? error.message : String(error)),
      { cause: error },
    )
  }
}

interface TransactionPorts extends Required<Pick<SqliteOptions, 'clock' | 'changesKept'>> {
  readonly turns: Pick<Turns, 'take'>
  readonly patiently: Patience
  readonly health: WriteHealth
}

function transactions(
  db: DatabaseSync,
  { turns, patiently, health, clock, changesKept }: TransactionPorts,
): Store['transact'] {
  const log = changeLog(db, changesKept)
  const writes: Writes = { ...sqliteWrites(db, patiently, log.note), leave: sqliteLeave(db, clock) }
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')

  /**
   * Rolls back, then repeats the writes that are not part of the transaction. Ignores a failure of
   * those: the call already fails with its own error, which states the reason.
   */
  async function rollBack(beside: readonly (() => unknown)[]): Promise<void> {
    if (db.isTransaction) db.exec('ROLLBACK')
    if (beside.length === 0) return
    try {
      await patiently(() => begin.run())
      for (const write of beside) write()
      commit.run()
    } catch {
      if (db.isTransaction) db.exec('ROLLBACK')
    }
  }

  async function transact<T>(turn: Turn, work: (tx: Writes) => Promise<T>): Promise<T> {
    await patiently(() => begin.run(), turn.askedAt)
    log.begin()
    const beside: (() => unknown)[] = []
    turn.beside = beside
    try {
      const result = await work(writes)
      log.write()
      commit.run()
      health.written()
      return result
    } catch (error) {
      await rollBack(beside)
      throw health.failed(storeFault(error))
    } finally {
      turn.beside = undefined
    }
  }
  return (work) => turns.take((turn) => transact(turn, work))
}
