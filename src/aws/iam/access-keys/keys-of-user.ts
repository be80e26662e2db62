import { linkTo } from '../../../store/links.ts'
import type { AccessKeyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

/** Well above the limits: at most two keys made over the API and two from the settings file. */
const most = 100

/** Returns the keys of a user, or of the account's root, ordered by id. */
export async function keysOfUser(
  reads: Pick<Reads, 'linked'>,
  account: string,
  userName: string | undefined,
): Promise<readonly AccessKeyRecord[]> {
  const rows = await reads.linked('accessKey', '*', linkTo.owner(account, userName), {
    limit: most,
  })
  return rows.map(({ record }) => record)
}
