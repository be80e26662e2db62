import { type Policy, parsePolicy } from '../../../policy/index.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'

/**
 * The account's permission for the calling user to change their own password and to read what it
 * has to conform to (IAM user guide, "Allow users to change their own password"); undefined when
 * the account gives none. A Deny of the user's policies still counts.
 */
export async function grantOfPolicy(
  { account, caller: { principal } }: Pick<Call<never>, 'account' | 'caller'>,
  reads: Pick<Reads, 'find'>,
): Promise<Policy | undefined> {
  if (principal.kind !== 'user') return undefined
  const policy = (await reads.find('account', account, 'account'))?.passwordPolicy
  if (!policy?.usersMayChange) return undefined
  const parsed = parsePolicy(
    'resource',
    'account password policy',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AllowUsersToChangePassword',
          Effect: 'Allow',
          Principal: { AWS: principal.userArn ?? principal.arn },
          Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
          Resource: '*',
        },
      ],
    }),
  )
  return parsed.ok ? parsed.policy : undefined
}
