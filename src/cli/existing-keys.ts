import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { loadKeys } from '../wiring/keys.ts'
import type { Output } from './check.ts'
import { type CommandEvent, commandLine } from './command-event.ts'
import { openExistingStore } from './existing-store.ts'

/**
 * Opens the keys of the existing store, for a command that shows or changes them. Returns
 * undefined, and reports it, where there is no store. Disposing closes the store.
 */
export async function openExistingKeys(
  { store: where, keys }: Settings,
  env: Environment,
  output: Pick<Output, 'err'>,
) {
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await openExistingStore(where, env, output))
  if (!store) return undefined
  const { documents } = store
  const ids = new Ids()
  const ports = { documents, env, clock: systemClock, ids }
  const { ring, signingKeys, appKeys, upstreamKeys } = await loadKeys(keys, ports)
  const owned = undo.move()
  return {
    documents,
    ring,
    signingKeys,
    appKeys,
    upstreamKeys,
    ids,
    /** Leaves the event of a change for the trail. */
    record: (event: Pick<CommandEvent, 'eventName' | 'command' | 'request'>) =>
      store.transact((tx) =>
        tx.leave(commandLine({ ...event, eventSource: 'gatehouse.amazonaws.com' }, env)),
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
