import { close, closeSync, fdatasync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Log } from '../../kernel/log.ts'
import { createGroupSync, type GroupSync } from '../group-sync.ts'
import { StoreFault } from '../store-fault.ts'

/** Makes commits durable away from the serving thread, many at a time. */
export interface WalSync extends GroupSync {
  /**
   * Throws StoreFault after a sync failed, since what is on disk is not known any more, and while
   * one does not return.
   */
  check(): void
}

/** A disk that took longer stands still: who waits is told, and nobody else begins to wait. */
const longestSyncMs = 5000

/**
 * After a sync that failed nothing is written any more: a later one may succeed although the kernel
 * has dropped what the failed one could not write. One that does not return in time refuses who
 * waits for it; what they wrote may be durable later. Writes go on once it has returned.
 */
export function createWalSync(
  sync: () => Promise<void>,
  log: Log,
  patienceMs = longestSyncMs,
): WalSync {
  let broken: StoreFault | undefined
  let late: StoreFault | undefined
  const check = () => {
    if (broken ?? late) throw broken ?? late
  }
  function broke(error: unknown): StoreFault {
    const reason = error instanceof Error ? error.message : String(error)
    broken = new StoreFault('failing', `the store can't be synced: ${reason}`, { cause: error })
    log('store-sync-failed', { error: reason })
    return broken
  }
  const { durable } = createGroupSync(() => {
    check()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const patience = setTimeout(() => {
      const seconds = patienceMs / 1000
      late = new StoreFault('failing', `the disk has not finished a sync for ${seconds} s`)
      reject(late)
    }, patienceMs)
    const returned = () => {
      clearTimeout(patience)
      late = undefined
    }
    sync()
      .finally(returned)
      .then(resolve, (error) => reject(broke(error)))
    return promise
  })
  return { check, durable }
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
