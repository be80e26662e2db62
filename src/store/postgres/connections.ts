import type { Client, PoolClient, QueryResult } from 'pg'
import type { Log } from '../../kernel/log.ts'
import { StoreFault } from '../store-fault.ts'
import { connectFault, isFullOfConnections, losesConnection, storeFault } from './failures.ts'
import { createPools, type PoolFigures, type PoolName, type PoolsOptions } from './pools.ts'
import { findPrimary, type Primary } from './primary.ts'
import { type ConnectionKind, cut, type Server } from './server.ts'

/** A statement that each connection prepares once. The name is its own. */
export interface Statement {
  readonly name: string
  readonly text: string
}
// biome-ignore lint/suspicious/noExplicitAny: the columns are those that the statement names.
export type Row = Readonly<Record<string, any>>
/** Runs one statement. Rejects with StoreFault when that can't be done now. */
export type Ask = (statement: Statement, values: readonly unknown[]) => Promise<readonly Row[]>

/** A connection for one transaction. Statements that are given together run one after another. */
export interface Lent {
  readonly ask: Ask
  /** Runs several statements, parameters written out, in one round trip. */
  text(sql: string): Promise<readonly QueryResult[]>
}

export interface Connections extends AsyncDisposable {
  /** For statements that only read: asks once more where the connection was lost. */
  readonly read: Ask
  /** For single statements that write. */
  readonly write: Ask
  /** Lends a connection until `use` has ended. One that a statement has lost is thrown away. */
  lend<T>(use: (lent: Lent) => Promise<T>): Promise<T>
  /** Opens a connection that no pool has; its owner closes it. */
  own(kind?: ConnectionKind): Promise<Client>
  /** Call when a connection of one's own failed. */
  suspect(): void
  /** Calls `run` whenever a primary answers again. */
  onFound(run: () => void): void
  /** Since when no primary answers, and why. */
  readonly away: Primary['away']
  figures(): ConnectionFigures
}

export interface ConnectionFigures {
  readonly pools: Readonly<Record<PoolName, PoolFigures>>
  /** Round trips so far. */
  readonly asked: number
  /** Statements that were asked once more, since their connection was lost. */
  readonly repeated: number
}
export interface ConnectionsOptions extends PoolsOptions {
  /** The most who may wait for a connection of a pool; further ones are refused at once. */
  readonly mostWaiting: number
  readonly log: Log
}

/** Connects to the primary. Rejects with StoreFault when none can be reached. */
export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { access, mostWaiting, log } = options
  const counts = { asked: 0, repeated: 0 }
  const pools = createPools(options, () => primary.suspect())
  const toTell: (() => void)[] = []
  const found = (server: Server) => {
    pools.open(server)
    for (const run of toTell) run()
  }
  const primary = await findPrimary({ access, log, lost: pools.drop, found })

  /** Opens a connection, and looks whether the primary is lost where that fails. */
  async function connected<C>(connect: () => Promise<C>): Promise<C> {
    try {
      return await connect()
    } catch (error) {
      if (!isFullOfConnections(error)) primary.suspect()
      throw connectFault(error)
    }
  }
  async function take(name: PoolName): Promise<PoolClient> {
    primary.current()
    const pool = pools.of(name)
    if (pool.waitingCount >= mostWaiting)
      throw new StoreFault('busy', `${mostWaiting} calls wait for a connection to PostgreSQL`)
    return connected(() => pool.connect())
  }
  function giveBack(client: PoolClient, error?: unknown): void {
    const isLost = error !== undefined && losesConnection(error)
    if (isLost) {
      primary.suspect()
      cut(client)
    }
    client.release(isLost)
  }
  async function once(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    const client = await take('statements')
    counts.asked++
    try {
      const { rows } = await client.query({ ...statement, values: [...values] })
      giveBack(client)
      return rows
    } catch (error) {
      giveBack(client, error)
      throw error
    }
  }
  async function read(...asked: Parameters<Ask>): Promise<readonly Row[]> {
    try {
      return await once(...asked)
    } catch (error) {
      if (!brokeOff(error)) throw error
      counts.repeated++
      return once(...asked)
    }
  }
  const withFaults =
    (ask: Ask): Ask =>
    (...asked) =>
      ask(...asked).catch((error) => {
        throw storeFault(error)
      })

  return {
    read: withFaults(read),
    write: withFaults(once),
    async lend(use) {
      const client = await take('transactions')
      const { ask, text, failed } = inTurn(client, () => counts.asked++)
      try {
        return await use({ ask, text })
      } finally {
        giveBack(client, failed())
      }
    },
    own: async (kind) => {
      const server = primary.current()
      return connected(() => pools.alone(server, kind))
    },
    suspect: primary.suspect,
    onFound: (run) => void toTell.push(run),
    away: primary.away,
    figures: () => ({ pools: pools.figures(), ...counts }),
    async [Symbol.asyncDispose]() {
      await primary[Symbol.asyncDispose]()
      await pools[Symbol.asyncDispose]()
    },
  }
}

/** Whether the connection broke, rather than being slow: another one may answer at once. */
function brokeOff(error: unknown): boolean {
  return losesConnection(error) && !/timeout/i.test((error as Error).message)
}

/** The statements of one connection, one after another: pg takes one at a time. */
function inTurn(client: PoolClient, count: () => void) {
  let [last, lostBy]: [Promise<unknown>, unknown] = [Promise.resolve(), undefined]
  function next<T>(run: () => Promise<T>): Promise<T> {
    const done = last.then(async () => {
      count()
      try {
        return await run()
      } catch (error) {
        if (losesConnection(error)) lostBy ??= error
        throw storeFault(error)
      }
    })
    last = done.catch(() => undefined)
    return done
  }
  return {
    ask: ((statement, values) =>
      next(async () => {
        const { rows } = await client.query({ ...statement, values: [...values] })
        return rows
      })) satisfies Ask,
    text: (sql: string): Promise<readonly QueryResult[]> =>
      next(async () => {
        const answer = (await client.query(sql)) as QueryResult | QueryResult[]
        return Array.isArray(answer) ? answer : [answer]
      }),
    failed: () => lostBy,
  }
}
