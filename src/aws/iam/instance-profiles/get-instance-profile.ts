import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { instanceProfile, instanceProfileShape } from './instance-profile.ts'

export const getInstanceProfile = operation(iamModel('GetInstanceProfile'), {
  locate: (input, call, reads) => instanceProfile.find(input, call, reads),
  authorize: (input, call, found) => instanceProfile.target(input, call, found),

  async handle(input, call, found, reads) {
    const record = instanceProfile.existing(input, call, found)
    const { partition } = call.caller
    return { InstanceProfile: await instanceProfileShape(record, partition, reads, { full: true }) }
  },
})
