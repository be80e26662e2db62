import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { everyRecord } from '../paging.ts'

/** The users of a group. Membership is kept with the user, since a call asks for the groups of one user, and nobody else often. */
export async function membersOf(reads: Reads, account: string, groupName: string): Promise<readonly UserRecord[]> {
  const key = groupName.toLowerCase()
  return (await everyRecord(reads, 'user', account)).map(({ record }) => record).filter(({ groups }) => groups.includes(key))
}
