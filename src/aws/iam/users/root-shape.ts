import { rootArn } from '../../../kernel/arn.ts'
import type { User } from '../../../reference/aws/iam-shapes.gen.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'

/** Returns the account's root in the form of the API. */
export async function rootShape(
  { account, caller, now }: Pick<Call<never>, 'account' | 'caller' | 'now'>,
  reads: Pick<Reads, 'find'>,
): Promise<User> {
  const created = (await reads.find('account', account, 'account'))?.createdAt
  const used = (await reads.find('loginProfile', account, account))?.lastUsedAt
  return {
    Path: '/',
    UserName: 'root',
    UserId: account,
    Arn: rootArn(caller.partition, account),
    CreateDate: created === undefined ? now : new Date(created),
    ...(used !== undefined && { PasswordLastUsed: new Date(used) }),
  }
}
