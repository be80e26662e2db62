import { operation } from '../../operation.ts'
import { ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { existingProfile, locateProfile, loginProfileShape } from './login-profile.ts'

export const getLoginProfile = operation(iamModel('GetLoginProfile'), {
  locate: (input, call, reads) => locateProfile(input, call, reads),
  authorize: (input, call, { user }) => ownerTarget(input, call, user),
  handle(input, call, found) {
    const { user, profile } = existingProfile(input, call, found)
    return { LoginProfile: loginProfileShape(user, profile) }
  },
})
