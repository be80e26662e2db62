import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingVersion, managedPolicy } from './managed-policy.ts'
import { versionShape } from './policy-shape.ts'

export const getPolicyVersion = operation(iamModel('GetPolicyVersion'), {
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  handle(input, call, found) {
    const { VersionId } = input
    const record = managedPolicy.existing(input, call, found)
    const version = existingVersion(record, VersionId, call)
    return {
      PolicyVersion: {
        Document: version.document,
        ...versionShape(version, record.defaultVersion),
      },
    }
  },
})
