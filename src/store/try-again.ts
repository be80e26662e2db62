import { setTimeout as pause } from 'node:timers/promises'
import { StoreFault } from './store-fault.ts'

export interface Patience {
  readonly forMs: number
  readonly pauseMs: number
}

/** Other nodes may hold the store for as long as a lock or a lost connection lasts. */
const atStart: Patience = { forMs: 60_000, pauseMs: 500 }

/**
 * Does the work again while the store can't do it now. Rejects with the last fault when the time is
 * over, and with any other error at once.
 */
export async function tryAgain<T>(
  work: () => Promise<T>,
  { forMs, pauseMs }: Patience = atStart,
): Promise<T> {
  const end = performance.now() + forMs
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreFault) || performance.now() + pauseMs > end) throw error
      await pause(pauseMs)
    }
}
