import type { UserPasswords } from '../../../sessions/user-passwords.ts'
import type { LoginProfileRecord } from '../../../store/records.ts'
import { type Call, operation } from '../../operation.ts'
import { ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { grantOfPolicy } from '../password-policy/users-may-change.ts'
import { callerUserName } from '../users/caller-user-name.ts'
import { existingProfile, locateProfile, type Owner } from './login-profile.ts'
import { hashing, newPasswordHash, replacePassword } from './new-password.ts'

/**
 * Changes the caller's own password, also one that has expired for good. Whoever has the user's
 * access key may not guess the password with it: tries are counted.
 */
export function changePassword({
  passwords,
}: {
  readonly passwords: Pick<UserPasswords, 'prove'>
}) {
  return operation(iamModel('ChangePassword'), {
    writes: true,
    locate: async (_input, call, reads) => ({
      ...(await locateProfile({}, call, reads)),
      grant: await grantOfPolicy(call, reads),
    }),
    authorize: (_input, call, { user, grant }) => ({
      ...ownerTarget({}, call, user),
      ...(grant && { layers: { resource: [grant] } }),
    }),

    async prepare({ OldPassword, NewPassword }, call, found, reads) {
      const before = own(call, found)
      const bySession = call.caller.credentials !== 'long-term'
      const proof = await hashing(call, () => passwords.prove(before, OldPassword, bySession))
      if (proof === 'too-many') throw call.fault('Throttling', 'Rate exceeded')
      if (proof === 'wrong')
        throw call.fault('AccessDenied', 'The old password does not match the current password.')
      const passwordHash = await newPasswordHash(NewPassword, before, call, reads)
      return (_foundAgain, writes) =>
        replacePassword(before, { passwordHash, resetRequired: false }, call, writes)
    },
  })
}

function own(call: Call<'InvalidUserType' | 'NoSuchEntity'>, found: Owner): LoginProfileRecord {
  if (callerUserName(call.caller) === undefined)
    throw call.fault('InvalidUserType', 'Only IAM Users can change their own password')
  return existingProfile({}, call, found).profile
}
