import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { managedPolicy } from './managed-policy.ts'
import { policyShape } from './policy-shape.ts'
import { policyUsage } from './policy-usage.ts'

export const getPolicy = operation(iamModel('GetPolicy'), {
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, reads) {
    const record = managedPolicy.existing(input, call, found)
    const policy = policyShape(record, await policyUsage(record, reads), true)
    // GetPolicy always includes the tags, unlike other operations.
    return { Policy: { ...policy, Tags: record.tags } }
  },
})
