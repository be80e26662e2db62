import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeablePolicy, findPolicy, policyTarget } from './policy-access.ts'
import { policyUsage } from './policy-usage.ts'

const moreVersions = "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
  + 'The default version is deleted with the policy.'

export const deletePolicy = operation(iamModel('DeletePolicy'), {
  writes: true,
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle({ PolicyArn }, call, found, writes) {
    const record = changeablePolicy(found, PolicyArn, call)
    const { attached, bounding } = await policyUsage(record, writes)
    if (attached + bounding > 0) throw call.fault('DeleteConflict', 'Cannot delete a policy attached to entities.')
    if (record.versions.length > 1) {
      throw call.fault('DeleteConflict', moreVersions)
    }
    await writes.remove('policy', call.account, record.name.toLowerCase())
  },
})
