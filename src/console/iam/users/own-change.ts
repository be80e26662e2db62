import { type Call, partOf, unlessAbsent } from '../../call.ts'
import type { Task } from '../../tasks.ts'
import { words } from './words.ts'

export const ownChangeCalls = ['iam:GetAccountPasswordPolicy', 'iam:AttachUserPolicy'] as const
type Calls = (typeof ownChangeCalls)[number]

/**
 * Lets a user change the password, as AWS's console does with a password that has to be changed:
 * without it the first sign-in ends at the question for another password.
 */
export function ownChangeTask(UserName: string, partition: string): Task<Calls> {
  return {
    words: words.password.taskOwnChange,
    run: async (call) => {
      if (await allMayChange(call)) return
      const PolicyArn = `arn:${partition}:iam::aws:policy/IAMUserChangePassword`
      await call('iam:AttachUserPolicy', { UserName, PolicyArn })
    },
  }
}

/** Whether the account lets all its users change their passwords; unknown is no. */
async function allMayChange(call: Call<Calls>): Promise<boolean> {
  const read = await partOf(unlessAbsent(call('iam:GetAccountPasswordPolicy', {})))
  return 'value' in read && read.value?.PasswordPolicy.AllowUsersToChangePassword === true
}
