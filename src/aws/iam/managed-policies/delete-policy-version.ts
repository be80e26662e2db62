import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeablePolicy, existingVersion, findPolicy, policyTarget } from './policy-access.ts'

export const deletePolicyVersion = operation(iamModel('DeletePolicyVersion'), {
  writes: true,
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle({ PolicyArn, VersionId }, call, found, writes) {
    const record = changeablePolicy(found, PolicyArn, call)
    const { id: gone } = existingVersion(record, VersionId, call)
    if (gone === record.defaultVersion) throw call.fault('DeleteConflict', 'Cannot delete the default version of a policy.')
    await writes.update('policy', call.account, record.name.toLowerCase(), { ...record, versions: record.versions.filter(({ id }) => id !== gone) })
  },
})
