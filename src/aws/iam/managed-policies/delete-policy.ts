import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { managedPolicy } from './managed-policy.ts'
import { policyUsage } from './policy-usage.ts'

const moreVersions =
  'This policy has more than one version. Before you delete a policy, you must delete the ' +
  "policy's versions. The default version is deleted with the policy."

export const deletePolicy = operation(iamModel('DeletePolicy'), {
  writes: true,
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, writes) {
    const record = managedPolicy.changeable(input, call, found)
    const { attached, bounding } = await policyUsage(record, writes)
    if (attached + bounding > 0)
      throw call.fault('DeleteConflict', 'Cannot delete a policy attached to entities.')
    if (record.versions.length > 1) throw call.fault('DeleteConflict', moreVersions)
    await managedPolicy.remove(writes, record)
  },
})
