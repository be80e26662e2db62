import type { RecordKind, RecordKinds } from './records.ts'
import type { Store } from './store.ts'
import { versionedCache } from './versioned-cache.ts'

const mostRecords = 20_000

/**
 * The store, with what one call asks again and again kept in memory: its version for one turn of the event loop, and records
 * for as long as the version stays. This node's own commits count at once, another's from the next turn on.
 */
export function rememberingStore<S extends Store>(store: S): S {
  let version: number | undefined
  const forget = () => {
    version = undefined
  }
  const versionOfTurn = () => {
    if (version === undefined) {
      version = store.version()
      setImmediate(forget)
    }
    return version
  }
  const found = versionedCache<RecordKinds[RecordKind]>(versionOfTurn, mostRecords)
  return {
    ...store,
    version: versionOfTurn,
    reads: {
      ...store.reads,
      async find<K extends RecordKind>(kind: K, account: string, key: string) {
        return await found.get(`${kind}/${account}/${key}`, () => store.reads.find(kind, account, key)) as RecordKinds[K] | undefined
      },
    },
    transact: (work) => store.transact(work).finally(forget),
  }
}
