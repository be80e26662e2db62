import type { Log } from '../kernel/log.ts'
import { StoreFault } from './store-fault.ts'

/** Knows whether the store accepts writes, from the results of the last ones. */
export interface WriteHealth {
  /** Call after each commit. */
  written(): void
  /** Call with every error; only StoreFaults count. Returns the error. */
  failed(error: unknown): unknown
}

/**
 * How long the result of the last write is trusted. After a success, so that frequent probes need
 * no disk sync; after a failure, because on a full disk small writes may succeed while others fail.
 */
const believedMs = 5000

export interface WriteHealthState extends WriteHealth {
  /** Undefined: not known, so a test write has to decide. */
  readonly verdict: () => 'works' | StoreFault | undefined
  /** Call when what failed was replaced: nothing is known of the new one. */
  readonly forget: () => void
}

export function createWriteHealth(log: Log): WriteHealthState {
  let writtenAt = Number.NEGATIVE_INFINITY
  let trouble: { readonly fault: StoreFault; readonly at: number } | undefined
  const isRecent = (at: number) => performance.now() - at < believedMs
  return {
    written() {
      writtenAt = performance.now()
      if (!trouble || isRecent(trouble.at)) return
      trouble = undefined
      log('store-recovered', {})
    },
    failed(error) {
      if (!(error instanceof StoreFault)) return error
      if (!trouble) log('store-failing', { error: error.message })
      trouble = { fault: error, at: performance.now() }
      return error
    },
    forget() {
      if (trouble) log('store-recovered', {})
      trouble = undefined
      writtenAt = Number.NEGATIVE_INFINITY
    },
    verdict() {
      if (trouble) return isRecent(trouble.at) ? trouble.fault : undefined
      return isRecent(writtenAt) ? 'works' : undefined
    },
  }
}
