import { linkTo } from '../../../store/links.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

export interface PolicyUsage {
  /** Users, groups and roles that it is attached to. */
  readonly attached: number
  /** Users and roles whose permissions boundary it is. */
  readonly bounding: number
}

export async function policyUsage({ account, arn }: PolicyRecord, reads: Pick<Reads, 'countLinked'>): Promise<PolicyUsage> {
  const counts = await Promise.all([
    ...(['user', 'group', 'role'] as const).map((kind) => reads.countLinked(kind, account, linkTo.policy(arn))),
    ...(['user', 'role'] as const).map((kind) => reads.countLinked(kind, account, linkTo.boundary(arn))),
  ])
  const [users = 0, groups = 0, roles = 0, ...bounding] = counts
  return { attached: users + groups + roles, bounding: bounding.reduce((sum, count) => sum + count, 0) }
}
