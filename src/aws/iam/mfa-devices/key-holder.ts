import type { AwsFault } from '../../../kernel/aws-fault.ts'
import type { KeyHolder } from '../../../sessions/security-keys.ts'
import { keysOf, userHandle } from '../../../sessions/user-keys.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { quotas } from '../quotas.ts'
import { devicesOfUser } from './mfa-device.ts'

type Asking = Pick<Call<never>, 'account'> & {
  fault(code: 'LimitExceeded', message: string): AwsFault
}

/**
 * Returns the user, or the account's root, as somebody who gets one more key. Throws LimitExceeded
 * when there are as many devices as may be.
 */
export async function holderOfMore(
  user: UserRecord | undefined,
  { account, fault }: Asking,
  reads: Pick<Reads, 'find' | 'linked'>,
): Promise<KeyHolder> {
  const devices = await devicesOfUser(reads, account, user?.name)
  if (devices.length >= quotas.mfaDevicesPerUser)
    throw fault(
      'LimitExceeded',
      `Cannot exceed quota for MFADevicesPerUser: ${quotas.mfaDevicesPerUser}`,
    )
  const alias = (await reads.find('account', account, 'account'))?.alias ?? account
  return {
    handle: userHandle(account, user),
    name: `${user?.name ?? 'root'}@${alias}`,
    keys: keysOf(devices),
  }
}
