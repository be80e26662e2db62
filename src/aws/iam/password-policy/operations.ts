import type { PasswordPolicy } from '../../../reference/aws/iam-shapes.gen.ts'
import type { AccountRecord, PasswordPolicyRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type AnyOperation, type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { grantOfPolicy } from './users-may-change.ts'

/** IAM API reference, UpdateAccountPasswordPolicy. */
const shortest = 6

/** Replaces the policy: what the call does not name gets its default (IAM API reference). */
const updateAccountPasswordPolicy = operation(iamModel('UpdateAccountPasswordPolicy'), {
  writes: true,
  authorize: () => ({ resource: '*' }),
  async handle(input, { account }, _found, writes) {
    const passwordPolicy: PasswordPolicyRecord = {
      minimumLength: input.MinimumPasswordLength ?? shortest,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge,
      reusePrevention: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry,
    }
    await writes.update('account', account, 'account', {
      ...(await accountOf(account, writes)),
      passwordPolicy,
    })
  },
})

const getAccountPasswordPolicy = operation(iamModel('GetAccountPasswordPolicy'), {
  locate: (_input, call, reads) => grantOfPolicy(call, reads),
  authorize: (_input, _call, grant) => ({
    resource: '*',
    ...(grant && { layers: { resource: [grant] } }),
  }),
  async handle(_input, call, _found, reads) {
    const { passwordPolicy } = await accountOf(call.account, reads)
    if (!passwordPolicy) throw noPolicy(call)
    return { PasswordPolicy: passwordPolicyShape(passwordPolicy) }
  },
})

/** After it, the default policy counts. */
const deleteAccountPasswordPolicy = operation(iamModel('DeleteAccountPasswordPolicy'), {
  writes: true,
  authorize: () => ({ resource: '*' }),
  async handle(_input, call, _found, writes) {
    const { passwordPolicy, ...rest } = await accountOf(call.account, writes)
    if (!passwordPolicy) throw noPolicy(call)
    await writes.update('account', call.account, 'account', rest)
  },
})

export const passwordPolicyOperations: readonly AnyOperation[] = [
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
]

async function accountOf(account: string, reads: Pick<Reads, 'find'>): Promise<AccountRecord> {
  const record = await reads.find('account', account, 'account')
  if (!record) throw new Error(`account ${account} has no record`)
  return record
}

function noPolicy({ account, fault }: Call<'NoSuchEntity'>): Error {
  return fault('NoSuchEntity', `The Password Policy with domain name ${account} cannot be found.`)
}

/** Numbers and switches that were never set are left out, as the service leaves them out. */
function passwordPolicyShape(policy: PasswordPolicyRecord): PasswordPolicy {
  return {
    MinimumPasswordLength: policy.minimumLength,
    RequireSymbols: policy.requireSymbols,
    RequireNumbers: policy.requireNumbers,
    RequireUppercaseCharacters: policy.requireUppercase,
    RequireLowercaseCharacters: policy.requireLowercase,
    AllowUsersToChangePassword: policy.usersMayChange,
    ExpirePasswords: policy.maxAgeDays !== undefined,
    MaxPasswordAge: policy.maxAgeDays,
    PasswordReusePrevention: policy.reusePrevention,
    HardExpiry: policy.hardExpiry,
  }
}
