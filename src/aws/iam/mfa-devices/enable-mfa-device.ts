import type { Mfa } from '../../../sessions/mfa.ts'
import type { MfaDeviceRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { devicesOfUser, mfaDevice, sameSeed, takenPair } from './mfa-device.ts'

/**
 * Two consecutive codes prove that the user's app has the seed and show the drift of its clock.
 * Also allowed for users that the settings file manages, and for root itself: UserName is then the
 * account's id.
 */
export function enableMfaDevice({ mfa }: { readonly mfa: Pick<Mfa, 'takePair'> }) {
  return operation(iamModel('EnableMFADevice'), {
    writes: true,
    locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
    authorize: (input, call, found) => deviceOwnerTarget(input, call, found),

    async prepare(input, call, found, reads) {
      const { AuthenticationCode1: first, AuthenticationCode2: second } = input
      const { device } = await enabling(input, call, found, reads)
      const driftSteps = await takenPair(mfa, device, [first, second], call)
      return async (foundAgain, writes) => {
        const now = await enabling(input, call, foundAgain, writes)
        sameSeed(now.device, device, call)
        const enabled = { userName: now.userName, at: call.now.toISOString(), driftSteps }
        await mfaDevice.save(writes, { ...now.device, enabled })
      }
    },
  })
}

type Code = 'NoSuchEntity' | 'EntityAlreadyExists' | 'LimitExceeded'

/** Returns what is there to enable. Throws where the user or the device may not have it. */
async function enabling(
  input: { readonly UserName: string; readonly SerialNumber: string },
  call: Call<Code>,
  found: UserRecord | undefined,
  reads: Reads,
): Promise<{ readonly userName: string | undefined; readonly device: MfaDeviceRecord }> {
  const { account, fault } = call
  const name = deviceOwner(input, call, found)?.name
  const device = mfaDevice.existing(input, call, await mfaDevice.find(input, call, reads))
  if (device.enabled) throw fault('EntityAlreadyExists', 'MFA Device is already in use.')
  if ((await devicesOfUser(reads, account, name)).length >= quotas.mfaDevicesPerUser)
    throw fault(
      'LimitExceeded',
      `Cannot exceed quota for MFADevicesPerUser: ${quotas.mfaDevicesPerUser}`,
    )
  return { userName: name?.toLowerCase(), device }
}
