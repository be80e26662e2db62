import type { RecordKind, RecordKinds } from './records.ts'
import type { Store } from './store.ts'
import { versionedCache } from './versioned-cache.ts'

const mostRecords = 20_000

/** Asking SQLite whether another process wrote takes four system calls, more than all of a short call's cryptography. */
const othersCountAfterMs = 25

/**
 * The store, with what one call asks again and again kept in memory: its version for 25 ms, and records for as long as the version
 * stays. This process's own commits count at once, another's within 25 ms.
 */
export function rememberingStore<S extends Store>(store: S, monotonicMs: () => number = () => performance.now()): S {
  let version: number | undefined
  let lookedAt = 0
  const forget = () => {
    version = undefined
  }
  const versionOfNow = () => {
    // By the clock: a timer would come after requests that waited while the process stood still.
    const now = monotonicMs()
    if (version === undefined || now - lookedAt >= othersCountAfterMs) {
      version = store.version()
      lookedAt = now
    }
    return version
  }
  const found = versionedCache<RecordKinds[RecordKind]>(versionOfNow, mostRecords)
  return {
    ...store,
    version: versionOfNow,
    reads: {
      ...store.reads,
      find<K extends RecordKind>(kind: K, account: string, key: string) {
        return found.get(`${kind}/${account}/${key}`, () => store.reads.find(kind, account, key)) as Promise<RecordKinds[K] | undefined>
      },
    },
    transact: (work) => store.transact(work).finally(forget),
  }
}
