import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { existingPolicy, findPolicy, policyTarget } from './policy-access.ts'
import { versionShape } from './policy-shape.ts'

/** The newest first, as AWS tells them. */
export const listPolicyVersions = operation(iamModel('ListPolicyVersions'), {
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  handle(input, call, found) {
    const { defaultVersion, versions } = existingPolicy(found, input.PolicyArn, call)
    const { items, marker } = pageOfList(versions, ({ id }) => newestFirst(id), input, (message) => call.fault('ValidationError', message))
    return { Versions: items.map((version) => versionShape(version, defaultVersion)), IsTruncated: marker !== undefined, Marker: marker }
  },
})

/** A text that sorts the newest version first: `v2` → `9999999997`. */
function newestFirst(id: string): string {
  return String(9_999_999_999 - Number(id.slice(1)))
}
