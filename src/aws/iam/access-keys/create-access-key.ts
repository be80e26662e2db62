import type { Ids } from '../../../kernel/ids.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { locateOwner, ownerOf, ownerTarget } from './key-owner.ts'
import { keysOfUser } from './keys-of-user.ts'

export interface CreateAccessKeyPorts {
  readonly ids: Pick<Ids, 'accessKey' | 'secretAccessKey'>
  /** Encrypts a long-term secret with the key ring. */
  readonly sealSecret: (secret: string) => string
}

/**
 * Returns the secret only in this response; the store keeps it encrypted. Users that the settings
 * file manages may also have keys made over the API.
 */
export function createAccessKey({ ids, sealSecret }: CreateAccessKeyPorts) {
  return operation(iamModel('CreateAccessKey'), {
    writes: true,
    locate: (input, call, reads) => locateOwner(input, call, reads),
    authorize: (input, call, found) => ownerTarget(input, call, found),

    async handle(input, call, found, writes) {
      const { account, now, fault } = call
      const user = ownerOf(input, call, found)
      if ((await keysOfUser(writes, account, user?.name)).length >= quotas.accessKeysPerUser) {
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for AccessKeysPerUser: ${quotas.accessKeysPerUser}`,
        )
      }
      const [accessKeyId, secret] = [ids.accessKey('AKIA', account), ids.secretAccessKey()]
      const inserted = await writes.insert('accessKey', '*', accessKeyId, {
        account: '*',
        accessKeyId,
        owner: account,
        ...(user && { userName: user.name }),
        status: 'Active',
        sealedSecret: sealSecret(secret),
        createdAt: now.toISOString(),
        managedBy: 'api',
      })
      // The random id is already taken (40 random bits): the caller has to try again.
      if (!inserted) throw fault('ServiceFailure', 'The access key could not be made. Try again.')
      return {
        AccessKey: {
          UserName: user?.name ?? 'root',
          AccessKeyId: accessKeyId,
          Status: 'Active' as const,
          SecretAccessKey: secret,
          CreateDate: now,
        },
      }
    },
  })
}
