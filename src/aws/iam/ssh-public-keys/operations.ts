import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { getSshPublicKey, listSshPublicKeys } from './get-ssh-public-key.ts'
import { deleteSshPublicKey, updateSshPublicKey } from './update-ssh-public-key.ts'
import { uploadSshPublicKey } from './upload-ssh-public-key.ts'

export function sshPublicKeyOperations(ports: {
  readonly ids: Pick<Ids, 'next'>
}): readonly AnyOperation[] {
  return [
    deleteSshPublicKey,
    getSshPublicKey,
    listSshPublicKeys,
    updateSshPublicKey,
    uploadSshPublicKey(ports),
  ]
}
