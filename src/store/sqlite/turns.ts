import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as loopTurn, setTimeout as pause } from 'node:timers/promises'
import { StoreFault } from '../store-fault.ts'
import type { WriteHealth } from '../write-health.ts'
import { isBusy, pauseMs, storeFault } from './patience.ts'
import type { WalSync } from './wal-sync.ts'

/** Exclusive use of the writing connection for one piece of work, in a savepoint of its own. */
interface Turn {
  over: boolean
  /** Set in a transaction: writes that are not part of it, to be repeated when it is undone. */
  readonly beside: (() => unknown)[] | undefined
}

export interface Turns {
  /** Runs a transaction when the work before has ended. It is durable when this resolves. */
  transact<T>(work: () => Promise<T>): Promise<T>
  /**
   * Runs one write, durable when it resolves. Within a transaction: at once, and it stays when the
   * transaction is rolled back.
   */
  write<T>(work: () => T): Promise<T>
  /** Whether the caller is within an open transaction, whose writes only its connection sees. */
  isInside(): boolean
  /**
   * Within a transaction that took long already, lets the event loop turn: reads go on meanwhile,
   * writes wait.
   */
  rest(): Promise<void> | undefined
  /** Resolves when everything that was asked has ended; nothing may be asked afterwards. */
  end(): Promise<void>
}

export interface TurnsPorts {
  readonly db: DatabaseSync
  /** How long work waits for other processes, from when it was asked. */
  readonly patienceMs: number
  readonly health: WriteHealth
  readonly wal: WalSync
  /** Asked while no transaction is open: what it returns is waited for. */
  readonly between: () => Promise<void> | undefined
}

/** The longest that one batch, or one slice of a transaction, may hold the event loop. */
const sliceMs = 4

interface Job {
  /** By `performance.now`. */
  readonly askedAt: number
  readonly transaction: boolean
  /** Runs in the asynchronous context of who asked, not of who began the batch. */
  readonly asAsker: <T>(run: () => T) => T
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Groups commits. What is asked in one turn of the event loop is done in one transaction of SQLite,
 * each piece in a savepoint, so that one that fails takes nothing else back. All are answered when
 * one sync of the write-ahead log, away from this thread, has ended (docs/decisions/0022).
 */
export function takeTurns(ports: TurnsPorts): Turns {
  const inside = new AsyncLocalStorage<Turn>()
  const queue: Job[] = []
  const slice = { since: 0 }
  const batch = batches(ports, { inside, queue, slice })
  let working: Promise<void> | undefined

  async function drain(): Promise<void> {
    // What else this turn of the event loop asks joins the batch.
    do {
      await loopTurn()
      await batch()
    } while (queue.length > 0)
    working = undefined
  }
  function ask<T>(transaction: boolean, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = { resolve: resolve as (value: unknown) => void, reject }
      const asAsker: Job['asAsker'] = transaction ? AsyncLocalStorage.snapshot() : (run) => run()
      queue.push({ askedAt: performance.now(), transaction, asAsker, work, ...settle })
      working ??= drain()
    })
  }
  const current = () => {
    const turn = inside.getStore()
    return turn?.over === false ? turn : undefined
  }
  return {
    transact(work) {
      if (current()) return Promise.reject(new Error('a transaction can not be within another'))
      return ask(true, work)
    },
    write(work) {
      const turn = current()
      if (!turn) return ask(false, work)
      return new Promise((resolve) => {
        refuseEnded(ports.db)
        const result = work()
        turn.beside?.push(work)
        resolve(result)
      })
    },
    isInside: () => current() !== undefined,
    rest: () => {
      if (performance.now() - slice.since < sliceMs) return undefined
      return loopTurn().then(() => {
        slice.since = performance.now()
      })
    },
    async end() {
      await working
      // Who asked was told of a failure.
      await ports.wal.durable(false)?.catch(() => undefined)
    },
  }
}

interface Queue {
  readonly inside: AsyncLocalStorage<Turn>
  readonly queue: Job[]
  /** When the work that holds the event loop began. */
  readonly slice: { since: number }
}

/**
 * Throws StoreFault when an error, such as a full disk, ended SQLite's transaction: what its work
 * still writes would be committed alone.
 */
export function refuseEnded(db: Pick<DatabaseSync, 'isTransaction'>): void {
  if (!db.isTransaction) throw new StoreFault('failing', 'an error has ended the transaction')
}

/** Takes from the queue what was asked until an instant of `performance.now`. */
function takeAskedUntil(queue: Job[], until: number): readonly Job[] {
  const all = queue.splice(0)
  queue.push(...all.filter(({ askedAt }) => askedAt > until))
  return all.filter(({ askedAt }) => askedAt <= until)
}

/** How jobs are refused: with the error, or as lost with others that they were grouped with. */
function refusals(health: WriteHealth) {
  function refuse(jobs: readonly Job[], error: unknown): void {
    if (jobs.length === 0) return
    const fault = health.failed(storeFault(error))
    for (const { reject } of jobs) reject(fault)
  }

  /** Refuses a batch of which nothing was done. */
  function lost(jobs: readonly Job[], error: unknown): void {
    const all = 'the store failed while it grouped this with others'
    const isFault = storeFault(error) instanceof StoreFault
    refuse(jobs, isFault ? error : new StoreFault('failing', all, { cause: error }))
  }
  return { refuse, lost }
}

/** Repeats what stays, after the rest of its transaction is undone. */
function repeat(beside: readonly (() => unknown)[]): void {
  try {
    for (const write of beside) write()
  } catch {
    // The call fails already, with the error that says why.
  }
}

/** Returns the work of one batch. It never rejects. */
function batches(
  { db, patienceMs, health, wal, between }: TurnsPorts,
  { inside, queue, slice }: Queue,
): () => Promise<void> {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const savepoint = db.prepare('SAVEPOINT piece')
  const release = db.prepare('RELEASE piece')
  const undo = db.prepare('ROLLBACK TO piece')
  const total = db.prepare('SELECT total_changes() AS n')
  const changes = () => Number(total.get()?.n)
  const { refuse, lost } = refusals(health)

  /** Begins, or refuses the work whose patience ends while another process writes. */
  async function hasBegun(): Promise<boolean> {
    for (let tries = 0; queue.length > 0; tries++) {
      try {
        wal.check()
        begin.run()
        return true
      } catch (error) {
        refuse(
          takeAskedUntil(queue, isBusy(error) ? performance.now() - patienceMs : Infinity),
          error,
        )
        if (queue.length > 0) await pause(pauseMs(tries))
      }
    }
    return false
  }

  /** Returns how the job is answered once the batch is durable. Throws when the batch is lost. */
  async function done(job: Job): Promise<() => void> {
    const { transaction, asAsker, work, resolve, reject } = job
    const turn: Turn = { over: false, beside: transaction ? [] : undefined }
    savepoint.run()
    try {
      const result = await asAsker(() => inside.run(turn, work))
      release.run()
      return () => resolve(result)
    } catch (error) {
      const failed = health.failed(storeFault(error))
      // Some errors end SQLite's whole transaction, such as a full disk.
      if (!db.isTransaction) throw failed
      undo.run()
      release.run()
      if (turn.beside) repeat(turn.beside)
      // What came next would be committed alone, and refused with the batch.
      if (!db.isTransaction) throw failed
      return () => reject(failed)
    } finally {
      turn.over = true
    }
  }

  /** Answers when all of it is durable. */
  function answer(answers: readonly (() => void)[], jobs: readonly Job[], changed: boolean): void {
    const tell = () => {
      for (const one of answers) one()
    }
    const durable = wal.durable(changed)
    if (!durable) {
      tell()
      return
    }
    durable.then(
      () => {
        if (changed) health.written()
        tell()
      },
      (error: unknown) => refuse(jobs, error),
    )
  }

  async function one(): Promise<void> {
    const [jobs, answers]: [Job[], (() => void)[]] = [[], []]
    slice.since = performance.now()
    const until = slice.since + sliceMs
    try {
      const before = changes()
      do {
        jobs.push(queue.shift()!)
        answers.push(await done(jobs.at(-1)!))
      } while (queue.length > 0 && performance.now() < until)
      commit.run()
      answer(answers, jobs, changes() !== before)
    } catch (error) {
      lost(jobs, error)
      if (db.isTransaction) db.exec('ROLLBACK')
    }
  }

  return async () => {
    try {
      await between()
      if (await hasBegun()) await one()
    } catch (error) {
      // Were it thrown, nothing that is asked from now on would ever be answered.
      lost(queue.splice(0), error)
    }
  }
}
