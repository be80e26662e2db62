import { type Client, Pool } from 'pg'
import {
  type ConnectionKind,
  connectAlone,
  connectionTo,
  cut,
  type Server,
  type ServerAccess,
} from './server.ts'

/** What is asked within and beside `transactions` never waits for one of them to end. */
export type PoolName = 'statements' | 'transactions'
export interface PoolFigures {
  readonly used: number
  readonly idle: number
  /** Who waits for a connection. */
  readonly waiting: number
}

export interface PoolsOptions {
  readonly access: ServerAccess
  /** The most connections of both pools together. */
  readonly connections: number
}

/** All connections to one server, which may change. */
export interface Pools extends AsyncDisposable {
  /** Connects to this server from now on. */
  open(server: Server): void
  /** Ends every connection at once, so that what waits for an answer waits no longer. */
  drop(): void
  /** INVARIANT: a server was opened and not dropped since. */
  of(name: PoolName): Pool
  /** Opens a connection that no pool has; its owner closes it. */
  alone(server: Server, kind?: ConnectionKind): Promise<Client>
  figures(): Readonly<Record<PoolName, PoolFigures>>
}

const idleMs = 60_000
const none: PoolFigures = { used: 0, idle: 0, waiting: 0 }

/** `broke`: called when a connection ends that nobody uses. */
export function createPools({ access, connections }: PoolsOptions, broke: () => void): Pools {
  const clients = new Set<Client>()
  let pools: Readonly<Record<PoolName, Pool>> | undefined

  function poolTo(server: Server, max: number): Pool {
    const pool = new Pool({ ...connectionTo(server, access), max, idleTimeoutMillis: idleMs })
    // The next query opens another.
    pool.on('error', broke)
    pool.on('connect', (client) => {
      clients.add(client)
      client.on('error', () => undefined)
    })
    pool.on('remove', (client) => clients.delete(client))
    return pool
  }
  async function close(): Promise<void> {
    const closing = Object.values(pools ?? {})
    pools = undefined
    await Promise.all(closing.map((pool) => pool.end().catch(() => undefined)))
  }
  return {
    open(server) {
      pools = {
        statements: poolTo(server, Math.ceil(connections / 2)),
        transactions: poolTo(server, Math.floor(connections / 2)),
      }
    },
    drop() {
      for (const client of clients) cut(client)
      clients.clear()
      void close()
    },
    of: (name) => pools![name],
    async alone(server, kind) {
      const client = await connectAlone(connectionTo(server, access, kind))
      clients.add(client)
      client.on('end', () => clients.delete(client))
      return client
    },
    figures: () => ({
      statements: pools ? figuresOf(pools.statements) : none,
      transactions: pools ? figuresOf(pools.transactions) : none,
    }),
    [Symbol.asyncDispose]: close,
  }
}

const figuresOf = (pool: Pool): PoolFigures => ({
  used: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})
