import { setImmediate } from 'node:timers/promises'
import type {
  GetAccountAuthorizationDetailsResponse,
  Operations,
} from '../../../reference/aws/iam-shapes.gen.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Listed, Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { policyUsage } from '../managed-policies/policy-usage.ts'
import { readyMadePolicies } from '../managed-policies/ready-made-policy.ts'
import { defaultMaxItems, invalidMarker, keyOf, markerOf } from '../paging.ts'
import { type RoleUses, roleLastUsed } from '../roles/role-last-used.ts'
import { groupDetail, policyDetail, roleDetail, userDetail } from './entity-details.ts'

type Filter = NonNullable<Operations['GetAccountAuthorizationDetails']['in']['Filter']>[number]
type Kind = 'user' | 'group' | 'role' | 'policy' | 'readyMade'

/** The kinds in the order of a listing, with the filter that asks for each. */
const kinds = [
  { kind: 'user', filter: 'User' },
  { kind: 'group', filter: 'Group' },
  { kind: 'role', filter: 'Role' },
  { kind: 'policy', filter: 'LocalManagedPolicy' },
  { kind: 'readyMade', filter: 'AWSManagedPolicy' },
] as const satisfies readonly { kind: Kind; filter: Filter }[]

/**
 * Users, groups, roles and managed policies of the account, with what each holds, and the
 * ready-made policies that one of them uses. MaxItems counts all of them together; the marker names
 * the kind and key of the last.
 */
export function getAccountAuthorizationDetails(uses: RoleUses) {
  return operation(iamModel('GetAccountAuthorizationDetails'), {
    authorize: () => ({ resource: '*' }),

    async handle({ Filter: filters, MaxItems = defaultMaxItems, Marker }, call, _found, reads) {
      const asked = kinds.filter(({ filter }) => !filters?.length || filters.includes(filter))
      const from = Marker === undefined ? undefined : placeOf(Marker, call)
      const found: { readonly kind: Kind; readonly row: Listed<never> }[] = []
      for (const { kind } of asked) {
        if (from && order(kind) < order(from.kind)) continue
        const limit = MaxItems + 1 - found.length
        if (limit <= 0) break
        const after = from?.kind === kind ? from.key : undefined
        const rows =
          kind === 'readyMade'
            ? await usedReadyMade(call, reads, { limit, after })
            : await reads.list(kind, call.account, { limit, after })
        found.push(...rows.map((row) => ({ kind, row: row as Listed<never> })))
      }
      const told = found.slice(0, MaxItems)
      const last = found.length > MaxItems ? told.at(-1) : undefined
      return {
        ...(await detailsOf(told, call.caller.partition, { reads, uses })),
        IsTruncated: last !== undefined,
        Marker: last && markerOf(`${last.kind}/${last.row.key}`),
      }
    },
  })
}

async function usedReadyMade(
  call: Pick<Call<never>, 'account' | 'caller'>,
  reads: Pick<Reads, 'countLinked'>,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly Listed<PolicyRecord>[]> {
  const found: Listed<PolicyRecord>[] = []
  for (const [at, record] of (await readyMadePolicies(call, { after })).entries()) {
    if (found.length === limit) break
    const { attached, bounding } = await policyUsage(record, reads)
    if (attached + bounding > 0) found.push({ key: record.arn, record })
    if (at % batch === batch - 1) await setImmediate()
  }
  return found
}

/** The number of policies whose uses are counted per turn of the event loop. */
const batch = 50

const order = (kind: Kind) => kinds.findIndex((one) => one.kind === kind)

function placeOf(
  marker: string,
  call: Pick<Call<never>, 'fault'>,
): { readonly kind: Kind; readonly key: string } {
  const [, name, key = ''] = /^(\w+)\/(.+)$/s.exec(keyOf(marker, call)) ?? []
  const known = kinds.find(({ kind }) => kind === name)
  if (!known) throw invalidMarker(marker, call)
  return { kind: known.kind, key }
}

async function detailsOf(
  told: readonly { readonly kind: Kind; readonly row: Listed<never> }[],
  partition: string,
  { reads, uses }: { readonly reads: Reads; readonly uses: RoleUses },
): Promise<GetAccountAuthorizationDetailsResponse> {
  const records = (wanted: Kind): readonly never[] =>
    told.flatMap(({ kind, row }) => (kind === wanted ? [row.record] : []))
  const each = <T>(wanted: Kind, shape: (record: never) => T | Promise<T>) =>
    Promise.all(records(wanted).map(shape))
  return {
    UserDetailList: await each('user', (record) => userDetail(record, partition, reads)),
    GroupDetailList: await each('group', (record) => groupDetail(record, partition)),
    RoleDetailList: await each('role', async (record) => ({
      ...(await roleDetail(record, partition, reads)),
      RoleLastUsed: await roleLastUsed(record, uses),
    })),
    Policies: [
      ...(await each('policy', (record) => policyDetail(record, reads))),
      ...(await each('readyMade', (record) => policyDetail(record, reads))),
    ],
  }
}
