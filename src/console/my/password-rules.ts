import type { PasswordPolicy } from '../../reference/aws/iam-shapes.gen.ts'
import { type PasswordRule, passwordRulesOf } from '../../sign-in/user/password-rules.ts'
import { partOf, unlessAbsent } from '../call.ts'
import type { MyCall } from './security.ts'

/** What a new password of the user needs; undefined: they may not read it. */
export async function myPasswordRules(call: MyCall): Promise<readonly PasswordRule[] | undefined> {
  const found = await partOf(unlessAbsent(call('iam:GetAccountPasswordPolicy', {})))
  if ('denied' in found) return undefined
  return passwordRulesOf(found.value && recordOf(found.value.PasswordPolicy))
}

function recordOf(policy: PasswordPolicy) {
  return {
    minimumLength: policy.MinimumPasswordLength ?? 6,
    requireSymbols: policy.RequireSymbols ?? false,
    requireNumbers: policy.RequireNumbers ?? false,
    requireUppercase: policy.RequireUppercaseCharacters ?? false,
    requireLowercase: policy.RequireLowercaseCharacters ?? false,
    usersMayChange: policy.AllowUsersToChangePassword ?? false,
    reusePrevention: policy.PasswordReusePrevention,
  }
}
