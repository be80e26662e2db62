import { setTimeout } from 'node:timers/promises'
import { StoreFault, type StoreFaultCode } from '../store-fault.ts'

/**
 * Runs `work`, one statement, and repeats it while another process writes, until the patience
 * counted from `askedAt` ends (by `performance.now`; absent: now). Throws StoreFault then, and for
 * disk errors.
 */
export type Patience = <T>(work: () => T, askedAt?: number) => Promise<T>

/**
 * Pauses between tries, in milliseconds; the last one repeats. SQLite's own timeout would block the
 * event loop, and with it all requests.
 */
const pausesMs = [1, 1, 2, 4]

/** The pause after so many tries that failed before. */
export function pauseMs(tries: number): number {
  return pausesMs[Math.min(tries, pausesMs.length - 1)]!
}

/** `failed` is called with every error that is thrown. */
export function createPatience(patienceMs: number, failed: (error: unknown) => unknown): Patience {
  async function again<T>(work: () => T, error: unknown, askedAt: number): Promise<T> {
    let last = error
    for (let tries = 0; isBusy(last); tries++) {
      if (performance.now() - askedAt >= patienceMs) break
      await setTimeout(pauseMs(tries))
      try {
        return work()
      } catch (next) {
        last = next
      }
    }
    throw failed(storeFault(last))
  }
  return async (work, askedAt) => {
    try {
      return work()
    } catch (error) {
      return again(work, error, askedAt ?? performance.now())
    }
  }
}

/** Result codes (sqlite.org/rescode.html), the low byte of `errcode`. */
const faults: Readonly<Record<number, StoreFaultCode>> = {
  5: 'busy',
  6: 'busy',
  8: 'failing',
  10: 'failing',
  13: 'full',
  14: 'failing',
}

function codeOf(error: unknown): StoreFaultCode | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return faults[Number(error.errcode) & 0xff]
}

/** Whether another process holds the lock. */
export const isBusy = (error: unknown) => codeOf(error) === 'busy'

/**
 * Converts an SQLite error to a StoreFault if a later try may succeed; returns other errors
 * unchanged.
 */
export function storeFault(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined || error instanceof StoreFault) return error
  return new StoreFault(code, `the store is ${code}: ${(error as Error).message}`, {
    cause: error,
  })
}
