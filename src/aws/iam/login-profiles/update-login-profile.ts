import { operation } from '../../operation.ts'
import { ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { existingProfile, locateProfile } from './login-profile.ts'
import { newPasswordHash, replacePassword } from './new-password.ts'

/** Without PasswordResetRequired, what was asked of the user before stays. */
export const updateLoginProfile = operation(iamModel('UpdateLoginProfile'), {
  writes: true,
  locate: (input, call, reads) => locateProfile(input, call, reads),
  authorize: (input, call, { user }) => ownerTarget(input, call, user),

  async prepare(input, call, found, reads) {
    const { Password, PasswordResetRequired } = input
    const { profile: before } = existingProfile(input, call, found)
    const passwordHash =
      Password === undefined ? undefined : await newPasswordHash(Password, before, call, reads)
    return async (foundAgain, writes) => {
      const { profile } = existingProfile(input, call, foundAgain)
      const resetRequired = PasswordResetRequired ?? profile.resetRequired
      if (passwordHash !== undefined)
        return replacePassword(before, { passwordHash, resetRequired }, call, writes)
      await writes.update('loginProfile', call.account, profile.userId, {
        ...profile,
        resetRequired,
      })
    }
  },
})
