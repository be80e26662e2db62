import { operation } from '../../operation.ts'
import { ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { existingProfile, locateProfile } from './login-profile.ts'

/** The user's access keys and sessions stay valid. */
export const deleteLoginProfile = operation(iamModel('DeleteLoginProfile'), {
  writes: true,
  locate: (input, call, reads) => locateProfile(input, call, reads),
  authorize: (input, call, { user }) => ownerTarget(input, call, user),
  async handle(input, call, found, writes) {
    const { user } = existingProfile(input, call, found)
    await writes.remove('loginProfile', user.account, user.id)
  },
})
