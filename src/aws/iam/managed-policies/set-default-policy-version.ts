import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingVersion, managedPolicy } from './managed-policy.ts'

/**
 * Takes effect with the next request, also for open sessions, because permissions are looked up for
 * each request.
 */
export const setDefaultPolicyVersion = operation(iamModel('SetDefaultPolicyVersion'), {
  writes: true,
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, writes) {
    const { VersionId } = input
    const record = managedPolicy.changeable(input, call, found)
    const { id: defaultVersion } = existingVersion(record, VersionId, call)
    await managedPolicy.save(writes, {
      ...record,
      defaultVersion,
    })
  },
})
