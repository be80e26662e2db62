import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { instanceProfile } from './instance-profile.ts'

export const deleteInstanceProfile = operation(iamModel('DeleteInstanceProfile'), {
  writes: true,
  locate: (input, call, reads) => instanceProfile.find(input, call, reads),
  authorize: (input, call, found) => instanceProfile.target(input, call, found),

  async handle(input, call, found, writes) {
    const { account, name, roleName } = instanceProfile.existing(input, call, found)
    if (roleName !== undefined)
      throw call.fault(
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      )
    await writes.remove('instanceProfile', account, name.toLowerCase())
  },
})
