import { readSshPublicKey } from '../../../credentials/ssh-public-key.ts'
import { operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { pageOfList } from '../paging.ts'
import { ownedSshKey } from './ssh-public-key.ts'

/** Tells the key in the encoding that the call asks for, whichever it was uploaded in. */
export const getSshPublicKey = operation(iamModel('GetSSHPublicKey'), {
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
  authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

  async handle({ UserName, SSHPublicKeyId, Encoding }, call, found, reads) {
    const user = existing(found, 'user', UserName, call)
    const record = await ownedSshKey(reads, SSHPublicKeyId, user, call)
    const key = readSshPublicKey(record.ssh)
    if (typeof key === 'string') throw new Error(`the SSH key ${record.id} is damaged: ${key}`)
    return {
      SSHPublicKey: {
        UserName: user.name,
        SSHPublicKeyId: record.id,
        Fingerprint: key.fingerprint,
        SSHPublicKeyBody: Encoding === 'SSH' ? key.ssh : key.pem,
        Status: record.status,
        UploadDate: new Date(record.createdAt),
      },
    }
  },
})

export const listSshPublicKeys = operation(iamModel('ListSSHPublicKeys'), {
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const user = ownerOf(input, call, found)
    const keys = await ownedBy(reads, 'sshPublicKey', call.account, ownerId(user, call.account))
    const { items, marker } = pageOfList(keys, ({ id }) => id, input, call)
    return {
      SSHPublicKeys: items.map(({ id, status, createdAt }) => ({
        UserName: user?.name ?? 'root',
        SSHPublicKeyId: id,
        Status: status,
        UploadDate: new Date(createdAt),
      })),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})
