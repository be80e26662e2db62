import { close, closeSync, fdatasync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Log } from '../../kernel/log.ts'
import { StoreFault } from '../store-fault.ts'

/** Makes commits durable away from the serving thread, many at a time. */
export interface WalSync {
  /** Throws StoreFault after a sync failed: what is on disk is not known any more. */
  check(): void
  /**
   * Call after a commit. `changed`: it wrote something. Returns undefined when nothing waits to be
   * durable, or a promise that all commits so far are; it rejects with StoreFault.
   */
  durable(changed: boolean): Promise<void> | undefined
}

/**
 * INVARIANT: a commit is answered by a sync that began after it. One sync is under way at a time;
 * commits that come meanwhile share the next. After one that failed nothing is written any more: a
 * later sync may succeed although the kernel has dropped what the failed one could not write.
 */
export function createWalSync(sync: () => Promise<void>, log: Log): WalSync {
  let [committed, synced] = [0, 0]
  let underWay: { readonly covers: number; readonly done: Promise<void> } | undefined
  let waiting: PromiseWithResolvers<void> | undefined
  let broken: StoreFault | undefined

  async function one(): Promise<void> {
    if (broken) throw broken
    const covers = committed
    try {
      await sync()
      synced = covers
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      broken = new StoreFault('failing', `the store can't be synced: ${reason}`, { cause: error })
      log('store-sync-failed', { error: reason })
      throw broken
    }
  }
  async function run(): Promise<void> {
    while (waiting) {
      const { resolve, reject } = waiting
      waiting = undefined
      const done = one()
      underWay = { covers: committed, done }
      await done.then(resolve, reject)
    }
    underWay = undefined
  }
  return {
    check() {
      if (broken) throw broken
    },
    durable(changed) {
      if (changed) committed++
      if (committed === synced) return undefined
      if (underWay?.covers === committed) return underWay.done
      const isIdle = waiting === undefined && underWay === undefined
      waiting ??= Promise.withResolvers()
      const { promise } = waiting
      if (isIdle) void run()
      return promise
    },
  }
}

/**
 * Opens the write-ahead log of a database that is open. SQLite keeps no lock on this file, so that
 * closing it ends none (unlike the database's own file).
 */
export function openWalFile(file: string): {
  readonly descriptor: number
  readonly sync: () => Promise<void>
} & AsyncDisposable {
  const descriptor = openSync(`${file}-wal`, 'r')
  syncFolder(dirname(file))
  const fdatasynced = promisify(fdatasync)
  return {
    descriptor,
    sync: () => fdatasynced(descriptor),
    [Symbol.asyncDispose]: () => promisify(close)(descriptor),
  }
}

/** Makes the names of new files durable. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
