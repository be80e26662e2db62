import { readSshPublicKey, type SshPublicKey } from '../../../credentials/ssh-public-key.ts'
import type { SshPublicKeyRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'

/** Returns a key of this user. Throws NoSuchEntity for a key of another user as well. */
export async function ownedSshKey(
  reads: Pick<Reads, 'find'>,
  id: string,
  user: UserRecord,
  { account, fault }: Call<'NoSuchEntity'>,
): Promise<SshPublicKeyRecord> {
  const key = await reads.find('sshPublicKey', account, id)
  if (key?.ownerId !== user.id)
    throw fault('NoSuchEntity', `The Public Key with id ${id} cannot be found.`)
  return key
}

/** Throws UnrecognizedPublicKeyEncoding or InvalidPublicKey. */
export function readBody(
  text: string,
  { fault }: Call<'InvalidPublicKey' | 'UnrecognizedPublicKeyEncoding'>,
): SshPublicKey {
  const key = readSshPublicKey(text)
  if (key === 'unrecognized')
    throw fault(
      'UnrecognizedPublicKeyEncoding',
      'The public key encoding format is unsupported or unrecognized.',
    )
  if (key === 'invalid')
    throw fault('InvalidPublicKey', 'The public key is malformed or otherwise invalid.')
  return key
}
