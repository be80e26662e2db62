import type { AccountRecord } from './records.ts'
import type { Reads, Writes } from './store.ts'

/**
 * A closed account has its record under this key instead of `account`. Whoever looks for the
 * account finds none, so that whatever needs one refuses, also code that knows of no closing. The
 * record keeps the alias: nobody else gets it in the meantime.
 */
const closedKey = 'closed'

/** Returns the record of an account that was closed. */
export function closedAccount(
  reads: Pick<Reads, 'find'>,
  account: string,
): Promise<AccountRecord | undefined> {
  return reads.find('account', account, closedKey)
}

/** Closes an account, which keeps all its records. Returns false when it is not open. */
export async function closeAccount(writes: Writes, account: string): Promise<boolean> {
  return move(writes, account, ['account', closedKey])
}

/** Opens a closed account with what it held. Returns false when it is not closed. */
export async function reopenAccount(writes: Writes, account: string): Promise<boolean> {
  return move(writes, account, [closedKey, 'account'])
}

async function move(
  writes: Writes,
  account: string,
  [from, to]: readonly [string, string],
): Promise<boolean> {
  const record = await writes.find('account', account, from)
  if (!record) return false
  // Removed first: the alias is unique.
  await writes.remove('account', account, from)
  return writes.insert('account', account, to, record)
}
