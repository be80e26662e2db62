import { AsyncLocalStorage } from 'node:async_hooks'
import { escapeLiteral } from 'pg'
import type { Clock } from '../../kernel/clock.ts'
import type { Reads, Store, Writes } from '../store.ts'
import { StoreFault } from '../store-fault.ts'
import type { WriteHealth } from '../write-health.ts'
import type { Ask, Connections, Lent } from './connections.ts'
import { postgresLeave } from './documents.ts'
import type { Flusher } from './flusher.ts'
import type { Following } from './following.ts'
import type { Lanes } from './lanes.ts'
import type { Locks } from './locks.ts'
import { postgresReads, postgresWrites } from './records.ts'
import { refuseLeftBehind, worksFromNow } from './schema-version.ts'

/** A transaction that changed more records makes every node drop its whole cache. */
const mostKeys = 1000

export interface TransactionPorts {
  readonly connections: Pick<Connections, 'lend'>
  readonly lanes: Pick<Lanes, 'enter'>
  readonly locks: Locks
  readonly following: Pick<Following, 'committed'>
  readonly flusher: Pick<Flusher, 'ready' | 'durable'>
  readonly health: WriteHealth
  readonly clock: Clock
  /** The schema version that this Gatehouse knows. */
  readonly known: number
}

/** What one transaction has done so far. */
interface Work {
  isOver: boolean
  hasWritten: boolean
  readonly names: Set<string>
  /** Accounts whose lock it has; undefined: all. */
  readonly locked: Set<string> | undefined
}

/**
 * Transactions at READ COMMITTED under advisory locks, one for each account: two that write into
 * one account follow each other, on all nodes (docs/decisions/0032). A commit does not wait for the
 * disk while it holds the lock; the answer waits for a sync that many share.
 */
export function postgresTransactions(ports: TransactionPorts): Store['transact'] {
  const { connections, lanes, locks, following, flusher, health, known } = ports
  const inside = new AsyncLocalStorage<Work>()

  async function within<T>(
    lent: Lent,
    work: (tx: Writes) => Promise<T>,
    accounts: readonly string[] | undefined,
  ): Promise<{ readonly result: T; readonly done: Work }> {
    const done: Work = {
      isOver: false,
      hasWritten: false,
      names: new Set(),
      locked: accounts && new Set(accounts),
    }
    try {
      const begin = `BEGIN; ${locks.accounts(accounts)}; SELECT ${worksFromNow} AS version`
      // Looked at under the lock, which a migration waits for.
      refuseLeftBehind((await lent.text(begin)).at(-1)!.rows[0].version, known)
      const result = await inside.run(done, () => work(writesOf(lent, done, ports)))
      done.isOver = true
      const seq = await commit(lent, done.names)
      if (seq !== undefined)
        following.committed(seq, done.names.size > mostKeys ? 'all' : [...done.names])
      return { result, done }
    } catch (error) {
      done.isOver = true
      // Where the connection is lost, so is the transaction.
      await lent.text('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  return async (work, accounts) => {
    if (inside.getStore()?.isOver === false)
      throw new Error('a transaction can not be within another')
    try {
      const leave = await lanes.enter(accounts)
      const began = await flusher.ready().catch((error) => {
        leave()
        throw error
      })
      const { result, done } = await connections
        .lend((lent) => within(lent, work, accounts))
        .finally(leave)
      // Who only read may have seen what is not durable yet.
      await flusher.durable(done.hasWritten, began)
      if (done.hasWritten) health.written()
      return result
    } catch (error) {
      throw health.failed(error)
    }
  }
}

/** Commits, and returns the number of the row that tells other nodes what has changed. */
async function commit(lent: Lent, names: ReadonlySet<string>): Promise<string | undefined> {
  const keys = names.size > mostKeys ? 'NULL' : escapeLiteral(JSON.stringify([...names]))
  const tell = names.size === 0 ? '' : `INSERT INTO changes (keys) VALUES (${keys}) RETURNING seq;`
  const answers = await lent.text(`${tell} COMMIT`)
  // PostgreSQL answers a commit after an error with a rollback.
  if (answers.at(-1)?.command !== 'COMMIT')
    throw new StoreFault('failing', 'an error has ended the transaction')
  return tell ? answers[0]!.rows[0].seq : undefined
}

function writesOf(lent: Lent, done: Work, { locks, clock }: TransactionPorts): Writes {
  const ask: Ask = async (statement, values) => {
    if (done.isOver) throw new Error('the transaction is over')
    return lent.ask(statement, values)
  }
  const reads = postgresReads(ask)
  const writes = postgresWrites(ask, (name) => {
    done.hasWritten = true
    done.names.add(name)
  })
  const leave = postgresLeave(ask, clock)

  /** Takes the lock of an account that was not named when the transaction began. */
  async function hold(account: string): Promise<void> {
    if (!done.locked || done.locked.has(account) || account === anyAccount) return
    done.locked.add(account)
    await lent.text(locks.accounts([account]))
  }
  return {
    ...reads,
    // Aliases are unique among accounts that have nothing else in common.
    accountByAlias: async (alias) => {
      if (done.locked) await lent.text(locks.name(`alias/${alias}`))
      return reads.accountByAlias(alias)
    },
    async insert(kind, account, key, record) {
      await hold(account)
      return writes.insert(kind, account, key, record)
    },
    async update(kind, account, key, record) {
      await hold(account)
      return writes.update(kind, account, key, record)
    },
    async remove(kind, account, key) {
      await hold(account)
      return writes.remove(kind, account, key)
    },
    leave(text) {
      done.hasWritten = true
      return leave(text)
    },
  } satisfies Reads & Writes
}

/** What is unique over all accounts: its records are written under the lock of who owns them. */
const anyAccount = '*'
