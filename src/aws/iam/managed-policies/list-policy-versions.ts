import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { managedPolicy } from './managed-policy.ts'
import { versionShape } from './policy-shape.ts'

/** Lists the newest version first, as AWS does. */
export const listPolicyVersions = operation(iamModel('ListPolicyVersions'), {
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  handle(input, call, found) {
    const { defaultVersion, versions } = managedPolicy.existing(input, call, found)
    const { items, marker } = pageOfList(versions, ({ id }) => newestFirst(id), input, call)
    return {
      Versions: items.map((version) => versionShape(version, defaultVersion)),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

/** Returns a key that sorts the newest version first: `v2` → `9999999997`. */
function newestFirst(id: string): string {
  return String(9_999_999_999 - Number(id.slice(1)))
}
