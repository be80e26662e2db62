import type { Reads } from '../store/store.ts'

/** Returns the 12 digits of the account with this alias or id, if it is open. */
export async function findAccount(reads: Reads, aliasOrId: string): Promise<string | undefined> {
  const isOpen = async (id: string) => (await reads.find('account', id, 'account')) !== undefined
  if (await isOpen(aliasOrId)) return aliasOrId
  const byAlias = await reads.accountByAlias(aliasOrId)
  return byAlias !== undefined && (await isOpen(byAlias)) ? byAlias : undefined
}
