import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingPolicy, findPolicy, policyTarget } from './policy-access.ts'
import { policyShape } from './policy-shape.ts'
import { policyUsage } from './policy-usage.ts'

export const getPolicy = operation(iamModel('GetPolicy'), {
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle({ PolicyArn }, call, found, reads) {
    const record = existingPolicy(found, PolicyArn, call)
    return { Policy: policyShape(record, await policyUsage(record, reads), true) }
  },
})
