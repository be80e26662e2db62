import { linkTo } from '../../../store/links.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

export interface PolicyUsage {
  /** The number of users, groups and roles that have it attached. */
  readonly attached: number
  /** The number of users and roles that have it as permissions boundary. */
  readonly bounding: number
}

const pageTargets = 1000

/** ARNs of the policies that are attached to, or bound, something in the account. */
export async function usedPolicies(
  account: string,
  reads: Pick<Reads, 'linkTargets'>,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>()
  for (const kind of ['user', 'group', 'role'] as const)
    for (const prefix of [linkTo.policy(''), linkTo.boundary('')])
      for (let after: string | undefined; ; ) {
        const page = await reads.linkTargets(kind, account, { prefix, after, limit: pageTargets })
        for (const target of page) used.add(target.slice(prefix.length))
        if (page.length < pageTargets) break
        after = page.at(-1)
      }
  return used
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
