import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/kernel/clock.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'

const changesKept = 40

/** Two stores on one file, for the conformance suite. */
export async function openTwoSqliteStores() {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-'))
  undo.defer(() => rm(folder, { recursive: true }))
  const options = { path: join(folder, 'gatehouse.db'), clock: systemClock, changesKept }
  const store = undo.use(await openSqliteStore(options))
  const beside = undo.use(await openSqliteStore(options))
  const owned = undo.move()
  return {
    store,
    beside,
    changesKept,
    pass: async () => undefined,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
