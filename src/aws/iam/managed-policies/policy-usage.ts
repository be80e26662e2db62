import { linkTo } from '../../../store/links.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

export interface PolicyUsage {
  /** The number of users, groups and roles that have it attached. */
  readonly attached: number
  /** The number of users and roles that have it as permissions boundary. */
  readonly bounding: number
}

export async function policyUsage(
  { account, arn }: PolicyRecord,
  reads: Pick<Reads, 'countLinked'>,
): Promise<PolicyUsage> {
  const counts = await Promise.all([
    ...(['user', 'group', 'role'] as const).map((kind) =>
      reads.countLinked(kind, account, linkTo.policy(arn)),
    ),
    ...(['user', 'role'] as const).map((kind) =>
      reads.countLinked(kind, account, linkTo.boundary(arn)),
    ),
  ])
  const [users = 0, groups = 0, roles = 0, ...bounding] = counts
  return {
    attached: users + groups + roles,
    bounding: bounding.reduce((sum, count) => sum + count, 0),
  }
}
