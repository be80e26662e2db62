import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingPolicy, existingVersion, findPolicy, policyTarget } from './policy-access.ts'
import { versionShape } from './policy-shape.ts'

export const getPolicyVersion = operation(iamModel('GetPolicyVersion'), {
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  handle({ PolicyArn, VersionId }, call, found) {
    const record = existingPolicy(found, PolicyArn, call)
    const version = existingVersion(record, VersionId, call)
    return { PolicyVersion: { Document: version.document, ...versionShape(version, record.defaultVersion) } }
  },
})
