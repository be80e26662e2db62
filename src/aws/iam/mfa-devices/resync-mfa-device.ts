import type { Mfa } from '../../../sessions/mfa.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { deviceOf, mfaDevice, sameSeed, takenPair } from './mfa-device.ts'

/** Corrects the stored clock drift of a device, by an hour at most. */
export function resyncMfaDevice({ mfa }: { readonly mfa: Pick<Mfa, 'takePair'> }) {
  return operation(iamModel('ResyncMFADevice'), {
    writes: true,
    locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
    authorize: (input, call, found) => deviceOwnerTarget(input, call, found),

    async prepare(input, call, found, reads) {
      const { SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
      const find = (user: UserRecord | undefined, from: Reads) =>
        deviceOf(SerialNumber, deviceOwner(input, call, user), call, from)
      const device = await find(found, reads)
      const codes = [AuthenticationCode1, AuthenticationCode2] as const
      const driftSteps = await takenPair(mfa, device, codes, call)
      return async (foundAgain, writes) => {
        const now = await find(foundAgain, writes)
        sameSeed(now, device, call)
        await mfaDevice.save(writes, { ...now, enabled: { ...now.enabled, driftSteps } })
      }
    },
  })
}
