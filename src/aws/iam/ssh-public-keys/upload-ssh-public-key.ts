import type { Ids } from '../../../kernel/ids.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy } from '../owned-by-user.ts'
import { quotas } from '../quotas.ts'
import { readBody } from './ssh-public-key.ts'

/** Also allowed for users that the settings file manages. */
export function uploadSshPublicKey({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('UploadSSHPublicKey'), {
    writes: true,
    locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
    authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

    async handle(input, call, found, writes) {
      const { account, now, fault } = call
      const user = existing(found, 'user', input.UserName, call)
      const { fingerprint, ssh } = readBody(input.SSHPublicKeyBody, call)
      const others = await ownedBy(writes, 'sshPublicKey', account, user.id)
      if (others.some((other) => other.ssh === ssh))
        throw fault(
          'DuplicateSSHPublicKey',
          `The SSH public key is already associated with user ${user.name}.`,
        )
      if (others.length >= quotas.sshPublicKeysPerUser)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for SSHPublicKeysPerUser: ${quotas.sshPublicKeysPerUser}`,
        )
      const id = ids.next('APKA')
      await writes.insert('sshPublicKey', account, id, {
        account,
        id,
        ownerId: user.id,
        ssh,
        status: 'Active',
        createdAt: now.toISOString(),
        managedBy: 'api',
      })
      return {
        SSHPublicKey: {
          UserName: user.name,
          SSHPublicKeyId: id,
          Fingerprint: fingerprint,
          SSHPublicKeyBody: input.SSHPublicKeyBody,
          Status: 'Active' as const,
          UploadDate: now,
        },
      }
    },
  })
}
