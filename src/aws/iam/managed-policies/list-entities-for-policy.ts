import type { ListEntitiesForPolicyRequest } from '../../../reference/aws/iam-shapes.gen.ts'
import { linkTo } from '../../../store/links.ts'
import type { GroupRecord, PolicyRecord, RoleRecord, UserRecord } from '../../../store/records.ts'
import type { Page, Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, invalidMarker, keyOf, markerOf } from '../paging.ts'
import { managedPolicy } from './managed-policy.ts'

/** In the order of the pages; `filter` is the value of EntityFilter. */
const kinds = [
  { kind: 'group', filter: 'Group' },
  { kind: 'role', filter: 'Role' },
  { kind: 'user', filter: 'User' },
] as const
type Kind = (typeof kinds)[number]['kind']
interface Row {
  readonly kind: Kind
  readonly key: string
  readonly record: GroupRecord | RoleRecord | UserRecord
}

/**
 * Lists the entities that have the policy attached or as their boundary: groups, then roles, then
 * users, each ordered by name.
 */
export const listEntitiesForPolicy = operation(iamModel('ListEntitiesForPolicy'), {
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, reads) {
    const policy = managedPolicy.existing(input, call, found)
    const { EntityFilter, MaxItems = defaultMaxItems, PathPrefix: pathPrefix = '/' } = input
    const start = startOf(input, call)
    const targets = targetsOf(policy, input)
    const rows: Row[] = []
    for (const { kind, filter, after } of start) {
      if (rows.length > MaxItems) break
      if (EntityFilter !== undefined && EntityFilter !== filter) continue
      const page = { pathPrefix, after, limit: MaxItems + 1 }
      rows.push(...(await pointingAt(targets, kind, policy.account, { reads, page })))
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

/** Returns the kinds from the marker's on, each with the key after which reading starts. */
function startOf({ Marker }: ListEntitiesForPolicyRequest, call: Pick<Call<never>, 'fault'>) {
  if (Marker === undefined) return kinds.map((one) => ({ ...one, after: '' }))
  const [from, fromKey = ''] = keyOf(Marker, call).split('/')
  const first = kinds.findIndex(({ kind }) => kind === from)
  if (first === -1) throw invalidMarker(Marker, call)
  return kinds.slice(first).map((one, at) => ({ ...one, after: at === 0 ? fromKey : '' }))
}

/** Returns the link targets to search for: attachments, boundaries or both. */
function targetsOf(
  { arn }: PolicyRecord,
  { PolicyUsageFilter }: ListEntitiesForPolicyRequest,
): readonly string[] {
  if (PolicyUsageFilter === 'PermissionsPolicy') return [linkTo.policy(arn)]
  return PolicyUsageFilter === 'PermissionsBoundary'
    ? [linkTo.boundary(arn)]
    : [linkTo.policy(arn), linkTo.boundary(arn)]
}

/** Returns the records that link to any of the targets, each once. */
async function pointingAt(
  targets: readonly string[],
  kind: Kind,
  account: string,
  { reads, page }: { readonly reads: Pick<Reads, 'linked'>; readonly page: Page },
): Promise<readonly Row[]> {
  const pages = await Promise.all(
    targets.map((target) => reads.linked(kind, account, target, page)),
  )
  const byKey = new Map(pages.flat().map(({ key, record }) => [key, { kind, key, record }]))
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, page.limit)
}
