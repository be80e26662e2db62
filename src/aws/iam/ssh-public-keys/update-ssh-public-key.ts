import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { ownedSshKey } from './ssh-public-key.ts'

export const updateSshPublicKey = operation(iamModel('UpdateSSHPublicKey'), {
  writes: true,
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
  authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

  async handle({ UserName, SSHPublicKeyId, Status }, call, found, writes) {
    if (Status === 'Expired')
      throw call.fault('InvalidInput', 'A status can be set to Active or Inactive.')
    const user = existing(found, 'user', UserName, call)
    const key = await ownedSshKey(writes, SSHPublicKeyId, user, call)
    await writes.update('sshPublicKey', call.account, key.id, { ...key, status: Status })
  },
})

export const deleteSshPublicKey = operation(iamModel('DeleteSSHPublicKey'), {
  writes: true,
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
  authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

  async handle({ UserName, SSHPublicKeyId }, call, found, writes) {
    const user = existing(found, 'user', UserName, call)
    const key = await ownedSshKey(writes, SSHPublicKeyId, user, call)
    await writes.remove('sshPublicKey', call.account, key.id)
  },
})
