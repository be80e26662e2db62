import type { Client } from 'pg'
import { createGroupSync } from '../group-sync.ts'
import { StoreFault } from '../store-fault.ts'
import type { Connections } from './connections.ts'
import { storeFault } from './failures.ts'
import { cut } from './server.ts'

/**
 * Makes commits durable that did not wait for the disk, many at a time, on a connection that stays
 * open. INVARIANT: a commit is durable only when that connection was open before it and has flushed
 * after it; a server that crashed in between may have lost it, and flushes again as if nothing was.
 */
export interface Flusher extends AsyncDisposable {
  /** Call before a write begins: its number is for `durable`. Rejects with StoreFault. */
  ready(): Promise<number>
  /**
   * Resolves when all commits up to now are durable, if `changed`, or what may have been read of
   * them. Rejects with StoreFault when that is not known: what was written may be there or not.
   */
  durable(changed: boolean, began: number): Promise<void>
}

/** Commits a record of the log, and waits for it on the disk: with it, all before it is there. */
const flush = { name: 'flush', text: "SELECT pg_logical_emit_message(true, 'gatehouse', '')" }
/** Waits as the server is set up to wait, for standbys too, but never for nothing. */
const wait = `SELECT set_config('synchronous_commit', CASE WHEN how = 'off' THEN 'on' ELSE how END,
  false) FROM (SELECT current_setting('synchronous_commit') AS how) s`

export function createFlusher(connections: Pick<Connections, 'own' | 'suspect'>): Flusher {
  let [number, isClosed] = [0, false]
  let client: Client | undefined
  let connecting: Promise<Client> | undefined

  async function connect(): Promise<Client> {
    const opened = await connections.own({ durable: true })
    try {
      await opened.query(wait)
    } catch (error) {
      cut(opened)
      throw storeFault(error)
    }
    if (isClosed) {
      cut(opened)
      throw new StoreFault('failing', 'the store is closed')
    }
    const gone = () => {
      if (client === opened) client = undefined
    }
    opened.on('end', gone).on('error', gone)
    number++
    client = opened
    return opened
  }
  async function connected(): Promise<Client> {
    if (client) return client
    connecting ??= connect().finally(() => {
      connecting = undefined
    })
    return connecting
  }
  const sync = createGroupSync(async () => {
    const on = await connected()
    try {
      await on.query(flush)
    } catch (error) {
      client = undefined
      cut(on)
      connections.suspect()
      throw storeFault(error)
    }
  })
  return {
    async ready() {
      if (!client) await connected()
      return number
    },
    async durable(changed, began) {
      const done = sync.durable(changed)
      if (done) await done
      if (!changed || number === began) return
      throw new StoreFault('failing', 'the connection broke before PostgreSQL said that it is kept')
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      if (client) cut(client)
    },
  }
}
