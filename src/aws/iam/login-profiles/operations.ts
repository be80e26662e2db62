import type { UserPasswords } from '../../../sessions/user-passwords.ts'
import type { AnyOperation } from '../../operation.ts'
import { changePassword } from './change-password.ts'
import { createLoginProfile } from './create-login-profile.ts'
import { deleteLoginProfile } from './delete-login-profile.ts'
import { getLoginProfile } from './get-login-profile.ts'
import { updateLoginProfile } from './update-login-profile.ts'

/** The operations on the passwords of users. */
export function loginProfileOperations(ports: {
  readonly passwords: Pick<UserPasswords, 'prove'>
}): readonly AnyOperation[] {
  return [
    changePassword(ports),
    createLoginProfile,
    deleteLoginProfile,
    getLoginProfile,
    updateLoginProfile,
  ]
}
