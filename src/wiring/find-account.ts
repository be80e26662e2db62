import type { Reads } from '../store/store.ts'

/** Returns the 12 digits of the account with this alias or id, if it exists. */
export async function findAccount(reads: Reads, aliasOrId: string): Promise<string | undefined> {
  const found = await reads.find('account', aliasOrId, 'account')
  return found ? aliasOrId : reads.accountByAlias(aliasOrId)
}
