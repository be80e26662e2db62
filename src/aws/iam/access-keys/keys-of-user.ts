import { linkTo } from '../../../store/links.ts'
import type { AccessKeyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

/** Two of the API and two of the settings file at most. */
const most = 100

/** The keys of a user, or of the account's root, in order of their ids. */
export async function keysOfUser(reads: Pick<Reads, 'linked'>, account: string, userName: string | undefined): Promise<readonly AccessKeyRecord[]> {
  const rows = await reads.linked('accessKey', '*', linkTo.owner(account, userName), { limit: most })
  return rows.map(({ record }) => record)
}
