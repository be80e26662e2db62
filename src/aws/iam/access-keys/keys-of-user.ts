import type { AccessKeyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { everyRecord } from '../paging.ts'

/** Where the keys of one user stand among all: keys are found before their account is known. Without a name: the account root's own. */
export function userKeysPath(account: string, userName?: string): string {
  return userName === undefined ? `/${account}/` : `/${account}/${userName.toLowerCase()}/`
}

/** The keys of a user, or of the account's root, in order of their ids. */
export async function keysOfUser(reads: Reads, account: string, userName: string | undefined): Promise<readonly AccessKeyRecord[]> {
  const rows = await everyRecord(reads, 'accessKey', '*', userKeysPath(account, userName))
  return rows.map(({ record }) => record).filter((record) => record.userName?.toLowerCase() === userName?.toLowerCase())
}
