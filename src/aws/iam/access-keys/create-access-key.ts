import type { Ids } from '../../../kernel/ids.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { locateOwner, ownerOf, ownerTarget } from './key-owner.ts'
import { keysOfUser } from './keys-of-user.ts'

export interface CreateAccessKeyPorts {
  readonly ids: Pick<Ids, 'accessKey' | 'secretAccessKey'>
  /** Seals a long-term secret under the key ring. */
  readonly sealSecret: (secret: string) => string
}

/** The secret is answered this once; the store has it sealed. Users of the settings file may have keys of the API. */
export function createAccessKey({ ids, sealSecret }: CreateAccessKeyPorts) {
  return operation(iamModel('CreateAccessKey'), {
    writes: true,
    locate: (input, call, reads) => locateOwner(input, call, reads),
    authorize: (input, call, found) => ownerTarget(input, call, found),

    async handle(input, call, found, writes) {
      const { account, now, fault } = call
      const user = ownerOf(input, call, found)
      if ((await keysOfUser(writes, account, user?.name)).length >= quotas.accessKeysPerUser) {
        throw fault('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${quotas.accessKeysPerUser}`)
      }
      const [accessKeyId, secret] = [ids.accessKey('AKIA', account), ids.secretAccessKey()]
      const inserted = await writes.insert('accessKey', '*', accessKeyId, {
        account: '*', accessKeyId, owner: account, ...(user && { userName: user.name }), status: 'Active',
        sealedSecret: sealSecret(secret), createdAt: now.toISOString(), managedBy: 'api',
      })
      // Forty random bits met the same forty before: the caller tries again.
      if (!inserted) throw fault('ServiceFailure', 'The access key could not be made. Try again.')
      return { AccessKey: { UserName: user?.name ?? 'root', AccessKeyId: accessKeyId, Status: 'Active' as const, SecretAccessKey: secret, CreateDate: now } }
    },
  })
}
