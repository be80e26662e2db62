import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingVersion, managedPolicy } from './managed-policy.ts'

export const deletePolicyVersion = operation(iamModel('DeletePolicyVersion'), {
  writes: true,
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, writes) {
    const { VersionId } = input
    const record = managedPolicy.changeable(input, call, found)
    const { id: gone } = existingVersion(record, VersionId, call)
    if (gone === record.defaultVersion)
      throw call.fault('DeleteConflict', 'Cannot delete the default version of a policy.')
    await managedPolicy.save(writes, {
      ...record,
      versions: record.versions.filter(({ id }) => id !== gone),
    })
  },
})
