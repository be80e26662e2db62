import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeablePolicy, existingVersion, findPolicy, policyTarget } from './policy-access.ts'

/** Counts from the next call on, also for sessions that are out: permissions are looked up at use. */
export const setDefaultPolicyVersion = operation(iamModel('SetDefaultPolicyVersion'), {
  writes: true,
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle({ PolicyArn, VersionId }, call, found, writes) {
    const record = changeablePolicy(found, PolicyArn, call)
    const { id: defaultVersion } = existingVersion(record, VersionId, call)
    await writes.update('policy', call.account, record.name.toLowerCase(), { ...record, defaultVersion })
  },
})
