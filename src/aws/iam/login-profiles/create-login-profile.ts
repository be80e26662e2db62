import type { LoginProfileRecord, UserRecord } from '../../../store/records.ts'
import { type Call, operation } from '../../operation.ts'
import { ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { locateProfile, loginProfileShape, type Owner } from './login-profile.ts'
import { newPasswordHash } from './new-password.ts'

/** Also allowed for users that the settings file manages. */
export const createLoginProfile = operation(iamModel('CreateLoginProfile'), {
  writes: true,
  locate: (input, call, reads) => locateProfile(input, call, reads),
  authorize: (input, call, { user }) => ownerTarget(input, call, user),

  async prepare(input, call, found, reads) {
    const { Password } = input
    withoutPassword(input, call, found)
    if (Password === undefined)
      throw call.fault(
        'ValidationError',
        "1 validation error detected: Value null at 'password' failed to satisfy constraint: " +
          'Member must not be null',
      )
    const passwordHash = await newPasswordHash(Password, undefined, call, reads)
    return async (foundAgain, writes) => {
      const user = withoutPassword(input, call, foundAgain)
      const record: LoginProfileRecord = {
        account: call.account,
        userId: user.id,
        passwordHash,
        changedAt: call.now.toISOString(),
        resetRequired: input.PasswordResetRequired ?? false,
        formerHashes: [],
        createdAt: call.now.toISOString(),
        managedBy: 'api',
      }
      await writes.insert('loginProfile', call.account, user.id, record)
      return { LoginProfile: loginProfileShape(user, record) }
    }
  },
})

/** Throws EntityAlreadyExists. The account's root has no password in Gatehouse, and gets none. */
function withoutPassword(
  input: { readonly UserName?: string | undefined },
  call: Call<'EntityAlreadyExists' | 'NoSuchEntity'>,
  found: Owner,
): UserRecord {
  const user = ownerOf(input, call, found.user)
  if (!user)
    throw call.fault('ValidationError', 'The root user of an account signs in without a password.')
  if (found.profile)
    throw call.fault('EntityAlreadyExists', `Login Profile for user ${user.name} already exists.`)
  return user
}
