import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Ephemeral } from '../ephemeral.ts'
import type { Store } from '../store.ts'
import { createWriteHealth, type WriteHealth } from '../write-health.ts'
import { createChangeLog } from './change-log.ts'
import { type Ask, type Connections, openConnections } from './connections.ts'
import { postgresDocuments, postgresOutbox } from './documents.ts'
import { postgresEphemeral } from './ephemeral.ts'
import { createFlusher, type Flusher } from './flusher.ts'
import { follow, pollEveryMs } from './following.ts'
import { createLanes } from './lanes.ts'
import { locksOf } from './locks.ts'
import { type MigrateOptions, migrate, migrations } from './migrations.ts'
import { awayRemark, postgresProbe } from './probe.ts'
import { postgresReads } from './records.ts'
import { cut, type ServerAccess } from './server.ts'
import { postgresTransactions } from './transactions.ts'

export interface PostgresStore extends Store {
  /** Short-lived state in the same database; lives as long as the store. */
  ephemeral(): Ephemeral
  figures(): PostgresFigures
}

export interface PostgresFigures extends ReturnType<Connections['figures']> {
  /** Transactions that wait for others of this process. */
  readonly waitingForTurn: number
  /** How long ago this node asked for the commits of others. */
  readonly behindMs: number
  readonly polls: number
  /** For how long a transaction that has written holds the feed of changes back. */
  readonly heldMs: number
  /** Whether no primary answers. */
  readonly isAway: boolean
}

export interface PostgresOptions extends Pick<MigrateOptions, 'mayCreate' | 'steps'> {
  readonly access: ServerAccess
  readonly clock: Clock
  readonly log?: Log
  /** The most connections beside two that follow other nodes and make commits durable. */
  readonly connections?: number
  /** The most calls that may wait; further ones are refused at once. */
  readonly mostWaiting?: number
  /** How long what is in memory counts while PostgreSQL is away. */
  readonly trustedMs?: number
  /** How many commits `changes` can report. */
  readonly changesKept?: number
}

const [sweepEveryMs, changesKeptFor] = [60_000, '1 hour']
const prune = {
  name: 'prune',
  text: `DELETE FROM changes WHERE seq = ANY (ARRAY(
    SELECT seq FROM changes WHERE at < now() - interval '${changesKeptFor}'
    ORDER BY at LIMIT 10000 FOR UPDATE SKIP LOCKED))`,
}
/**
 * Opens the store that nodes share, and brings its schema up to date. Resolves when this node knows
 * what others have committed. Rejects with a sentence for the operator.
 */
export async function openPostgresStore({
  access,
  clock,
  log = () => undefined,
  connections: most = 10,
  mostWaiting = 1000,
  trustedMs = 30_000,
  changesKept = 20_000,
  mayCreate,
  steps = migrations,
}: PostgresOptions): Promise<PostgresStore> {
  await using opened = new AsyncDisposableStack()
  const { schema } = access
  const connections = opened.use(
    await openConnections({ access, connections: most, mostWaiting, log }),
  )
  const locks = locksOf(schema)
  const first = await connections.own()
  try {
    await migrate(first, { schema, lock: locks.accounts(undefined), mayCreate, steps })
  } finally {
    cut(first)
  }
  const changes = createChangeLog(changesKept)
  const flusher = opened.use(createFlusher(connections))
  const known = steps.length
  const following = opened.use(
    await follow({ connections, changes, schema, known, log, trustedMs }),
  )
  const lanes = createLanes({ mostWaiting, patienceMs: access.lockTimeoutMs })
  const health = createWriteHealth(log)
  connections.onFound(health.forget)
  const { read } = connections
  const write = durably(connections.write, flusher, health)
  const probe = postgresProbe({ connections, following, health, read, ephemeral: () => ephemeral })
  const ephemeral = postgresEphemeral({ clock, read, write, probe })
  opened.use(sweeping(ephemeral.sweep, () => connections.write(prune, [])))

  const owned = opened.move()
  return {
    reads: postgresReads(read),
    transact: postgresTransactions({
      connections,
      lanes,
      locks,
      following,
      flusher,
      health,
      clock,
      known,
    }),
    changes(since) {
      following.refuseCutOff()
      return changes.since(since)
    },
    caughtUp: () => following.caughtUp(),
    staleMs: 2 * pollEveryMs,
    documents: postgresDocuments({ read, write }),
    outbox: postgresOutbox({ read, write }),
    probe,
    remark: () => awayRemark(connections, trustedMs),
    ephemeral: () => ephemeral,
    figures: () => ({
      ...connections.figures(),
      waitingForTurn: lanes.waiting(),
      behindMs: following.behindMs(),
      polls: following.polls(),
      heldMs: following.heldMs(),
      isAway: connections.away() !== undefined,
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Single statements, durable when they resolve. */
function durably(
  write: Ask,
  flusher: Pick<Flusher, 'ready' | 'durable'>,
  health: Pick<WriteHealth, 'written' | 'failed'>,
): Ask {
  return async (statement, values) => {
    try {
      const began = await flusher.ready()
      const rows = await write(statement, values)
      await flusher.durable(true, began)
      health.written()
      return rows
    } catch (error) {
      throw health.failed(error)
    }
  }
}

/** Removes, from time to time, what has expired. What fails is left to the next time. */
function sweeping(...sweeps: readonly (() => Promise<unknown>)[]): AsyncDisposable {
  let under: Promise<unknown> | undefined
  const timer = setInterval(() => {
    under ??= Promise.allSettled(sweeps.map((sweep) => sweep())).finally(() => {
      under = undefined
    })
  }, sweepEveryMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await under
    },
  }
}
