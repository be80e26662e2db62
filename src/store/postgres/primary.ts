import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../kernel/log.ts'
import { StoreFault } from '../store-fault.ts'
import { connectFault, isFullOfConnections } from './failures.ts'
import {
  connectAlone,
  connectionTo,
  cut,
  nameOf,
  type Server,
  type ServerAccess,
} from './server.ts'

/** Knows which of the servers is the primary, and looks for it when it is lost. */
export interface Primary extends AsyncDisposable {
  /** Throws StoreFault at once while there is none. */
  current(): Server
  /**
   * Call when a connection failed. Looks whether the primary still answers; if not, `away` is
   * called, and every server is asked, with growing pauses, until one is the primary.
   */
  suspect(): void
  /** Since when there is none, by `performance.now`, and why. */
  away(): { readonly since: number; readonly reason: StoreFault } | undefined
}

export interface PrimaryPorts {
  readonly access: ServerAccess
  readonly log: Log
  /** The primary is lost: what is connected to it is of no use. */
  readonly lost: () => void
  readonly found: (server: Server) => void
}

const [shortestPauseMs, longestPauseMs] = [50, 2000]

/** Finds the primary. Rejects with StoreFault when no server is one. */
export async function findPrimary(ports: PrimaryPorts): Promise<Primary> {
  const { access, log, lost, found } = ports
  const ended = new AbortController()
  let server = await primaryAmong(access.servers, access)
  found(server)
  let away: { readonly since: number; readonly reason: StoreFault } | undefined
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const first = await answersAsPrimary(server, access)
    if (!first || ended.signal.aborted) return
    const since = performance.now()
    away = { since, reason: first }
    log('postgres-lost', { server: nameOf(server), error: first.message })
    lost()
    for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        // The one that was the primary is asked last: after a failover another is.
        const others = access.servers.filter((one) => one !== server)
        server = await primaryAmong([...others, server], access)
        if (ended.signal.aborted) return
        away = undefined
        found(server)
        log('postgres-found', { server: nameOf(server) })
        return
      } catch (error) {
        away = { since, reason: connectFault(error) }
      }
      // Nodes that lost it together should not come back together.
      const waitMs = pauseMs * (0.5 + Math.random() / 2)
      await pause(waitMs, undefined, { signal: ended.signal, ref: false })
    }
  }
  return {
    current() {
      if (away) throw new StoreFault('failing', away.reason.message, { cause: away.reason })
      return server
    },
    suspect() {
      looking ??= look()
        .catch(() => undefined)
        .finally(() => {
          looking = undefined
        })
    },
    away: () => away,
    async [Symbol.asyncDispose]() {
      ended.abort()
      await looking
    },
  }
}

async function primaryAmong(servers: readonly Server[], access: ServerAccess): Promise<Server> {
  const reasons: string[] = []
  for (const server of servers) {
    const reason = await answersAsPrimary(server, access)
    if (!reason) return server
    reasons.push(`${nameOf(server)}: ${reason.message.replace(/^PostgreSQL: /, '')}`)
  }
  throw new StoreFault('failing', `no PostgreSQL server can be used: ${reasons.join('; ')}`)
}

/** Returns why the server is not the primary. One that has no room for us still is. */
async function answersAsPrimary(
  server: Server,
  access: ServerAccess,
): Promise<StoreFault | undefined> {
  try {
    const client = await connectAlone(connectionTo(server, access))
    try {
      const { rows } = await client.query('SELECT pg_is_in_recovery() AS standby')
      if (rows[0]?.standby === false) return undefined
      return new StoreFault('failing', 'PostgreSQL: it is a standby')
    } finally {
      cut(client)
    }
  } catch (error) {
    return isFullOfConnections(error) ? undefined : connectFault(error)
  }
}
