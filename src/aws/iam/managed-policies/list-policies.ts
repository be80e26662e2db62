import { setImmediate } from 'node:timers/promises'
import type { ListPoliciesRequest } from '../../../reference/aws/iam-shapes.gen.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { defaultMaxItems, keyOf, markerOf } from '../paging.ts'
import { policyShape } from './policy-shape.ts'
import { type PolicyUsage, policyUsage } from './policy-usage.ts'

/**
 * The number of records read per turn of the event loop: a full account has 45 MB of policies, and
 * a filter may match none of them.
 */
const batch = 50

/** Gatehouse has no policies managed by AWS: scope `AWS` is empty. */
export const listPolicies = operation(iamModel('ListPolicies'), {
  authorize: () => ({ resource: '*' }),

  async handle(input, call, _found, reads) {
    const { Marker, MaxItems = defaultMaxItems, PathPrefix: pathPrefix = '/', Scope } = input
    if (Scope === 'AWS') return { Policies: [], IsTruncated: false }
    const found = []
    let after = Marker === undefined ? '' : keyOf(Marker, call)
    for (let more = true; more && found.length <= MaxItems; ) {
      const rows = await reads.list('policy', call.account, { limit: batch, pathPrefix, after })
      for (const { key, record } of rows) {
        const usage = await policyUsage(record, reads)
        if (wanted(input, usage)) found.push({ key, policy: policyShape(record, usage, false) })
        if (found.length > MaxItems) break
      }
      after = rows.at(-1)?.key ?? after
      more = rows.length === batch
      if (more) await setImmediate()
    }
    const page = found.slice(0, MaxItems)
    const IsTruncated = found.length > MaxItems
    return {
      Policies: page.map(({ policy }) => policy),
      IsTruncated,
      Marker: IsTruncated ? markerOf(page.at(-1)!.key) : undefined,
    }
  },
})

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
