import { createHash } from 'node:crypto'

/**
 * The advisory locks of one schema, as the two numbers that PostgreSQL knows them by. All of them
 * end with their transaction. Two names may have the same numbers: then one waits for the other.
 */
export interface Locks {
  /** SQL that takes the locks of the accounts, in order; absent: the lock against all. */
  accounts(accounts: readonly string[] | undefined): string
  /** SQL that takes the lock of one name, such as an alias that is to be unique. */
  name(name: string): string
}

/** Against everything else: whoever takes any lock shares this one, whoever changes all has it. */
const all = 0

export function locksOf(schema: string): Locks {
  const own = numberOf(`gatehouse ${schema}`)
  const exclusive = (key: number) => `pg_advisory_xact_lock(${own},${key})`
  const keyOf = (name: string) => numberOf(name) || 1
  return {
    accounts(accounts) {
      if (!accounts) return `SELECT ${exclusive(all)}`
      // In one order for everybody, so that nobody waits in a circle.
      const keys = [...new Set(accounts.map(keyOf))].sort((a, b) => a - b)
      return `SELECT ${[`pg_advisory_xact_lock_shared(${own},${all})`, ...keys.map(exclusive)]}`
    },
    name: (name) => `SELECT ${exclusive(keyOf(name))}`,
  }
}

/** A signed number of 32 bits. */
function numberOf(name: string): number {
  return createHash('sha256').update(name).digest().readInt32BE()
}
