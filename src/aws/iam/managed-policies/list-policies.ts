import { setImmediate } from 'node:timers/promises'
import type { ListPoliciesRequest } from '../../../reference/aws/iam-shapes.gen.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, keyOf, markerOf } from '../paging.ts'
import { policyShape } from './policy-shape.ts'
import { type PolicyUsage, policyUsage, usedPolicies } from './policy-usage.ts'
import { readyMadePolicies } from './ready-made-policy.ts'

/**
 * The number of records read per turn of the event loop: a full account has 45 MB of policies, and
 * a filter may match none of them.
 */
const batch = 50

/** Before the marker of a ready-made policy; names of an account's own have no colon. */
const readyMade = 'arn:'

interface Row {
  /** Where the next page goes on. */
  readonly place: string
  readonly record: PolicyRecord
}

/** The account's own policies first, in order of name, then the ready-made ones. */
export const listPolicies = operation(iamModel('ListPolicies'), {
  authorize: () => ({ resource: '*' }),

  async handle(input, call, _found, reads) {
    const { Marker, MaxItems = defaultMaxItems } = input
    const after = Marker === undefined ? '' : keyOf(Marker, call)
    const found = []
    const used = asksForUse(input) ? await usedPolicies(call.account, reads) : undefined
    const own = used ? usedBatches(input, call, reads, { after, used }) : undefined
    const batches = [
      ...(input.Scope === 'AWS' || after.startsWith(readyMade)
        ? []
        : [own ?? ownBatches(input, call, reads, after)]),
      ...(input.Scope === 'Local' ? [] : [readyMadeBatches(input, call, { after, used })]),
    ]
    for (const each of batches)
      for await (const rows of each) {
        for (const { place, record } of rows) {
          if (found.length > MaxItems) break
          const usage = await policyUsage(record, reads)
          if (wanted(input, usage)) found.push({ place, policy: policyShape(record, usage, false) })
        }
        if (found.length > MaxItems) break
        await setImmediate()
      }
    const page = found.slice(0, MaxItems)
    const IsTruncated = found.length > MaxItems
    return {
      Policies: page.map(({ policy }) => policy),
      IsTruncated,
      Marker: IsTruncated ? markerOf(page.at(-1)!.place) : undefined,
    }
  },
})

async function* ownBatches(
  { PathPrefix: pathPrefix = '/' }: ListPoliciesRequest,
  { account }: Lister,
  reads: Pick<Reads, 'list'>,
  start: string,
): AsyncGenerator<readonly Row[]> {
  for (let after = start; ; ) {
    const rows = await reads.list('policy', account, { limit: batch, pathPrefix, after })
    yield rows.map(({ key, record }) => ({ place: key, record }))
    if (rows.length < batch) return
    after = rows.at(-1)!.key
  }
}

/** The account's own policies that are in use, without reading the others. */
async function* usedBatches(
  { PathPrefix: pathPrefix = '/' }: ListPoliciesRequest,
  { account }: Lister,
  reads: Pick<Reads, 'find'>,
  { after, used }: { readonly after: string; readonly used: ReadonlySet<string> },
): AsyncGenerator<readonly Row[]> {
  const named = [...used]
    .filter((arn) => arn.includes(`:iam::${account}:policy/`))
    .map((arn) => arn.slice(arn.lastIndexOf('/') + 1).toLowerCase())
  const keys = [...new Set(named)].filter((key) => key > after).sort(byCodePoint)
  for (let at = 0; at < keys.length; at += batch) {
    const rows = await Promise.all(
      keys.slice(at, at + batch).map(async (key) => {
        const record = await reads.find('policy', account, key)
        const fits = record && used.has(record.arn) && record.path.startsWith(pathPrefix)
        return fits ? [{ place: key, record }] : []
      }),
    )
    yield rows.flat()
  }
}

/** As the store orders keys; names of policies are ASCII. */
const byCodePoint = (a: string, b: string) => (a < b ? -1 : 1)

async function* readyMadeBatches(
  { PathPrefix: pathPrefix }: ListPoliciesRequest,
  call: Lister,
  {
    after: start,
    used,
  }: { readonly after: string; readonly used: ReadonlySet<string> | undefined },
): AsyncGenerator<readonly Row[]> {
  const after = start.startsWith(readyMade) ? start : ''
  const all = await readyMadePolicies(call, { after, pathPrefix })
  const records = used ? all.filter(({ arn }) => used.has(arn)) : all
  for (let at = 0; at < records.length; at += batch)
    yield records.slice(at, at + batch).map((record) => ({ place: record.arn, record }))
}

type Lister = Pick<Call<never>, 'account' | 'caller'>

/** Whether the filters leave out policies that nothing uses. */
function asksForUse({ OnlyAttached = false, PolicyUsageFilter }: ListPoliciesRequest): boolean {
  return OnlyAttached || PolicyUsageFilter === 'PermissionsBoundary'
}

/**
 * Reports whether the filters match. An unused policy counts as a permissions policy, because only
 * its use as a boundary makes it one.
 */
function wanted(
  { OnlyAttached = false, PolicyUsageFilter }: ListPoliciesRequest,
  { attached, bounding }: PolicyUsage,
): boolean {
  switch (PolicyUsageFilter) {
    case 'PermissionsBoundary':
      return bounding > 0
    case 'PermissionsPolicy':
      return attached > 0 || (!OnlyAttached && bounding === 0)
    default:
      return !OnlyAttached || attached + bounding > 0
  }
}
