import { isDeepStrictEqual } from 'node:util'
import type { OfAccount } from './account-configuration.ts'
import { type Change, Changes } from './change.ts'

/** The calls that change what the account itself has; none where the folder does not say. */
export function accountChanges(before: OfAccount, after: OfAccount | undefined): readonly Change[] {
  if (!after) return []
  const changes = new Changes('account', {})
  if (before.alias !== after.alias) {
    if (before.alias !== undefined)
      changes.add('-', 'DeleteAccountAlias', `alias ${before.alias}`, {
        AccountAlias: before.alias,
      })
    if (after.alias !== undefined)
      changes.add('+', 'CreateAccountAlias', `alias ${after.alias}`, { AccountAlias: after.alias })
  }
  const [old, policy] = [before.passwordPolicy, after.passwordPolicy]
  if (isDeepStrictEqual(old, policy)) return changes.list
  if (!policy) {
    changes.add('-', 'DeleteAccountPasswordPolicy', 'password policy')
    return changes.list
  }
  changes.add(old ? '~' : '+', 'UpdateAccountPasswordPolicy', 'password policy', {
    MinimumPasswordLength: policy.minimumPasswordLength,
    RequireSymbols: policy.requireSymbols,
    RequireNumbers: policy.requireNumbers,
    RequireUppercaseCharacters: policy.requireUppercaseCharacters,
    RequireLowercaseCharacters: policy.requireLowercaseCharacters,
    AllowUsersToChangePassword: policy.allowUsersToChangePassword,
    HardExpiry: policy.hardExpiry,
    ...(policy.maxPasswordAge !== undefined && { MaxPasswordAge: policy.maxPasswordAge }),
    ...(policy.passwordReusePrevention !== undefined && {
      PasswordReusePrevention: policy.passwordReusePrevention,
    }),
  })
  return changes.list
}
