import { iamArn, rootArn } from '../../../kernel/arn.ts'
import type { KeyUses } from '../../../sessions/key-uses.ts'
import { operation, type Target } from '../../operation.ts'
import { namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

/**
 * Decided on the user who owns the key. The operation's model has no NoSuchEntity, so a key outside
 * the account is denied.
 */
export function getAccessKeyLastUsed({ keyUses }: { readonly keyUses: Pick<KeyUses, 'find'> }) {
  return operation(iamModel('GetAccessKeyLastUsed'), {
    async locate({ AccessKeyId }, { account }, reads) {
      const key = await reads.find('accessKey', '*', AccessKeyId)
      if (key?.owner !== account) return undefined
      return {
        key,
        user:
          key.userName === undefined
            ? undefined
            : await reads.find('user', account, key.userName.toLowerCase()),
      }
    },

    authorize(_input, call, found): Target {
      const {
        account,
        caller: { partition },
      } = call
      if (!found) return { resource: iamArn({ partition, account }, 'user', '*') }
      const {
        key: { userName },
        user,
      } = found
      return userName === undefined
        ? { resource: rootArn(partition, account) }
        : namedTarget('user', call, userName, user)
    },

    async handle({ AccessKeyId }, { fault }, found) {
      if (!found)
        throw fault('AccessDenied', `The Access Key with id ${AccessKeyId} cannot be found.`)
      const use = await keyUses.find(AccessKeyId)
      return {
        UserName: found.key.userName ?? 'root',
        // `N/A`: Gatehouse has recorded no use (IAM API reference, AccessKeyLastUsed).
        AccessKeyLastUsed: use
          ? { LastUsedDate: use.at, ServiceName: use.service, Region: use.region }
          : { ServiceName: 'N/A', Region: 'N/A' },
      }
    },
  })
}
