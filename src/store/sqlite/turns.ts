import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as loopTurn } from 'node:timers/promises'
import type { Patience } from './patience.ts'

/** Exclusive use of the writing connection for one piece of work. */
export interface Turn {
  over: boolean
  /**
   * When the work was requested, by `performance.now`: the time limit includes waiting for the turn
   * and for the lock.
   */
  readonly askedAt: number
  /**
   * Set while a transaction is open: the writes that are not part of it, to be repeated after a
   * rollback.
   */
  beside?: (() => unknown)[] | undefined
}

export interface Turns {
  /** Runs the work when the work before has ended, or at once within a turn. */
  take<T>(work: (turn: Turn) => Promise<T>): Promise<T>
  /** Like `take`, for reads on the writing connection. */
  read<T>(work: () => T): Promise<T>
  /** Like `take`, for a write that stays when the transaction around it is rolled back. */
  write<T>(work: () => T): Promise<T>
}

/** The longest that consecutive turns may hold the event loop. */
const sliceMs = 4

/**
 * Allows one writer at a time in the process, because a transaction may await, and SQLite's own
 * lock would block the event loop.
 */
export function takeTurns(patiently: Patience): Turns {
  let last: Promise<unknown> = Promise.resolve()
  const inside = new AsyncLocalStorage<Turn>()
  const rest = slices()
  function take<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    const current = inside.getStore()
    if (current?.over === false) return work(current)
    const turn: Turn = { over: false, askedAt: performance.now() }
    const mine = last
      .then(rest)
      .then(() => inside.run(turn, work, turn))
      .finally(() => {
        turn.over = true
      })
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    take,
    read: (work) => take(({ askedAt }) => patiently(work, askedAt)),
    write: (work) =>
      take(async (turn) => {
        const result = await patiently(work, turn.askedAt)
        turn.beside?.push(work)
        return result
      }),
  }
}

/**
 * Returns undefined, or a promise of the next turn of the event loop if the work since the last one
 * took long: a chain of promises alone lets no other events in.
 */
function slices(): () => Promise<void> | undefined {
  let since: number | undefined
  return () => {
    const now = performance.now()
    if (since === undefined) {
      since = now
      setImmediate(() => {
        since = undefined
      })
    }
    return now - since < sliceMs ? undefined : loopTurn()
  }
}
