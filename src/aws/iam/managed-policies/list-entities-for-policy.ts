import type { ListEntitiesForPolicyRequest } from '../../../reference/aws/iam-shapes.gen.ts'
import { linkTo } from '../../../store/links.ts'
import type { GroupRecord, RoleRecord, UserRecord } from '../../../store/records.ts'
import type { Page, Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, keyOf, markerOf } from '../paging.ts'
import { existingPolicy, findPolicy, policyTarget } from './policy-access.ts'

/** In the order in which pages tell them; the values are EntityFilter's. */
const kinds = [['group', 'Group'], ['role', 'Role'], ['user', 'User']] as const
type Kind = (typeof kinds)[number][0]
interface Row {
  readonly kind: Kind
  readonly key: string
  readonly record: GroupRecord | RoleRecord | UserRecord
}

/** Whom the policy is attached to, and whose boundary it is: groups, then roles, then users, each in order of name. */
export const listEntitiesForPolicy = operation(iamModel('ListEntitiesForPolicy'), {
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle(input, call, found, reads) {
    const { account, arn } = existingPolicy(found, input.PolicyArn, call)
    const { EntityFilter, Marker, MaxItems = defaultMaxItems, PathPrefix: pathPrefix = '/', PolicyUsageFilter } = input
    const refuse = (message: string) => call.fault('ValidationError', message)
    const [fromKind, fromKey = ''] = Marker === undefined ? [] : keyOf(Marker, refuse).split('/')
    const first = fromKind === undefined ? 0 : kinds.findIndex(([kind]) => kind === fromKind)
    if (first === -1) throw refuse(`Invalid Marker: ${Marker}`)
    const rows: Row[] = []
    for (const [at, [kind, filter]] of kinds.entries()) {
      if (at < first || (EntityFilter !== undefined && EntityFilter !== filter) || rows.length > MaxItems) continue
      const page = { pathPrefix, after: at === first ? fromKey : '', limit: MaxItems + 1 }
      rows.push(...await using(reads, kind, account, targets(arn, PolicyUsageFilter), page))
    }
    const told = rows.slice(0, MaxItems)
    const IsTruncated = rows.length > MaxItems
    const last = told.at(-1)
    const of = (kind: Kind) => told.filter((row) => row.kind === kind).map(({ record }) => record)
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      IsTruncated,
      Marker: IsTruncated && last ? markerOf(`${last.kind}/${last.key}`) : undefined,
    }
  },
})

function targets(arn: string, usage: ListEntitiesForPolicyRequest['PolicyUsageFilter']): readonly string[] {
  if (usage === 'PermissionsPolicy') return [linkTo.policy(arn)]
  return usage === 'PermissionsBoundary' ? [linkTo.boundary(arn)] : [linkTo.policy(arn), linkTo.boundary(arn)]
}

/** Who points at any of the targets, once each. */
async function using(reads: Reads, kind: Kind, account: string, pointed: readonly string[], page: Page): Promise<readonly Row[]> {
  const pages = await Promise.all(pointed.map((target) => reads.linked(kind, account, target, page)))
  const byKey = new Map(pages.flat().map(({ key, record }) => [key, { kind, key, record }]))
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, page.limit)
}
