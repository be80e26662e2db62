import type { RoleLastUsed } from '../../../reference/aws/iam-shapes.gen.ts'
import type { LastAccessed } from '../../../sessions/last-accessed.ts'
import type { RoleRecord } from '../../../store/records.ts'

export interface RoleUses {
  readonly lastAccessed: Pick<LastAccessed, 'find'>
}

/** When and where a session of the role last called anything; empty when none did. */
export async function roleLastUsed(
  { account, id }: Pick<RoleRecord, 'account' | 'id'>,
  { lastAccessed }: RoleUses,
): Promise<RoleLastUsed> {
  const accesses = await lastAccessed.find(account, id)
  const [last] = [...accesses.values()]
    .flatMap((actions) => [...actions.values()])
    .sort((a, b) => b.at.getTime() - a.at.getTime())
  return last ? { LastUsedDate: last.at, Region: last.region } : {}
}
