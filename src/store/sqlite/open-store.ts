import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Ephemeral } from '../ephemeral.ts'
import type { Store, Writes } from '../store.ts'
import { createWriteHealth } from '../write-health.ts'
import { changeLog, changesSince } from './changes.ts'
import { createCheckpoints } from './checkpoints.ts'
import { refuseDamaged } from './copy.ts'
import { sqliteEphemeral } from './ephemeral.ts'
import { migrate } from './migrations.ts'
import { sqliteLeave, sqliteOutbox } from './outbox.ts'
import { createPatience, type Patience } from './patience.ts'
import { sqliteProbe } from './probe.ts'
import { sqliteDocuments, sqliteReads, sqliteWrites } from './records.ts'
import { refuseEnded, type Turns, takeTurns } from './turns.ts'
import { createWalSync, openWalFile } from './wal-sync.ts'

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
  /** Refuses a damaged file where a process on it was killed, or is still running. */
  readonly checkAfterKill?: boolean
  /** Above so many bytes the write-ahead log is moved into the database. */
  readonly walLimitBytes?: number
  /** In place of the sync of the write-ahead log, which makes commits durable. */
  readonly sync?: () => Promise<void>
  /** How long a sync may take until writes are refused. */
  readonly syncPatienceMs?: number
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
  checkAfterKill = false,
  walLimitBytes = 32 * 1024 * 1024,
  sync,
  syncPatienceMs,
}: SqliteOptions): Promise<SqliteStore> {
  const scratch = path === ':memory:' ? mkdtempSync(join(tmpdir(), 'gatehouse-')) : undefined
  const file = scratch ? join(scratch, 'gatehouse.db') : path
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const mayBeDamaged = checkAfterKill && existsSync(`${file}-wal`)
  const writer = connect(file)
  chmodSync(file, 0o600)
  // Whoever ended well left no log. The check reads the whole file, so it is not made otherwise.
  if (mayBeDamaged) refuseDamaged(writer, file, 'quick_check')
  migrate(writer)
  // A second connection: reads never see what a transaction has not committed, and `data_version`
  // sees every commit.
  const reader = connect(file)
  const both = { reader, writer }

  // No requests are served yet, so up to here SQLite itself may wait for a lock. The log is synced
  // and moved into the database by threads, not by the commits on this one.
  for (const db of [writer, reader]) {
    db.exec(`PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = ${walLimitBytes}`)
  }
  const wal = openWalFile(file)
  const health = createWriteHealth(log)
  const patiently = createPatience(patienceMs, health.failed)
  const { descriptor } = wal
  const checkpoints = createCheckpoints({ file, descriptor, limitBytes: walLimitBytes, log })
  // A database that ends with the process needs no disk.
  const synced = sync ?? (scratch ? async () => undefined : wal.sync)
  const turns = takeTurns({
    db: writer,
    patienceMs,
    health,
    wal: createWalSync(synced, log, syncPatienceMs),
    between: checkpoints.between,
  })
  const ephemeral = sqliteEphemeral(both, { clock, turns, patiently })
  return {
    reads: sqliteReads(reader, patiently),
    transact: transactions(writer, { turns, patiently, clock, changesKept }),
    changes: changesSince(reader),
    staleMs: 0,
    documents: sqliteDocuments(both, turns, patiently),
    probe: sqliteProbe(both, { turns, patiently, health }),
    outbox: sqliteOutbox(both, turns, patiently),
    ephemeral: () => ephemeral,
    async [Symbol.asyncDispose]() {
      await ephemeral[Symbol.asyncDispose]()
      await turns.end()
      await checkpoints[Symbol.asyncDispose]()
      reader.close()
      writer.close()
      await wal[Symbol.asyncDispose]()
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
  readonly turns: Pick<Turns, 'transact' | 'rest' | 'isInside'>
  readonly patiently: Patience
}

function transactions(
  db: DatabaseSync,
  { turns, patiently, clock, changesKept }: TransactionPorts,
): Store['transact'] {
  const log = changeLog(db, changesKept)
  const writes: Writes = { ...sqliteWrites(db, patiently, log.note), leave: sqliteLeave(db, clock) }
  const resting = inSlices(writes, db, turns)
  return (work) =>
    turns.transact(async () => {
      log.begin()
      const result = await work(resting)
      log.write()
      return result
    })
}

/**
 * The same writes, each of which lets the event loop turn first where the transaction is long.
 * Rejects when the transaction is over: it would write into another's, or be committed alone.
 */
function inSlices(
  writes: Writes,
  db: Pick<DatabaseSync, 'isTransaction'>,
  { rest, isInside }: Pick<Turns, 'rest' | 'isInside'>,
): Writes {
  type Verb = (...parameters: readonly unknown[]) => Promise<unknown>
  const sliced = Object.entries(writes as unknown as Record<string, Verb>).map(([name, verb]) => {
    const inSlice: Verb = async (...parameters) => {
      const rested = rest()
      if (rested) await rested
      if (!isInside()) throw new Error('the transaction is over')
      refuseEnded(db)
      return verb(...parameters)
    }
    return [name, inSlice]
  })
  return Object.fromEntries(sliced) as Writes
}
