import type { AwsFault } from '../../../kernel/aws-fault.ts'
import type { AccessKeyRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

interface Refusing {
  readonly account: string
  fault(code: 'NoSuchEntity' | 'AccessDenied', message: string): AwsFault
}

/**
 * Returns a key of this owner, to be changed. Throws NoSuchEntity for a key of another owner,
 * AccessDenied for a key that the settings file manages.
 */
export async function ownedKey(
  reads: Reads,
  accessKeyId: string,
  user: UserRecord | undefined,
  { account, fault }: Refusing,
): Promise<AccessKeyRecord> {
  const key = await reads.find('accessKey', '*', accessKeyId)
  if (key?.owner !== account || key.userName?.toLowerCase() !== user?.name.toLowerCase())
    throw fault('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`)
  if (key.managedBy === 'config')
    throw fault(
      'AccessDenied',
      `The access key ${accessKeyId} is put in place by the settings file: change it there.`,
    )
  return key
}
