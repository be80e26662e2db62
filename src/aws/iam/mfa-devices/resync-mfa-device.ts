import type { Mfa } from '../../../sessions/mfa.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOfUser, mfaDevice, sameSeed, takenPair } from './mfa-device.ts'

/** Corrects the stored clock drift of a device, by an hour at most. */
export function resyncMfaDevice({ mfa }: { readonly mfa: Pick<Mfa, 'takePair'> }) {
  return operation(iamModel('ResyncMFADevice'), {
    writes: true,
    locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
    authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

    async prepare(input, call, found, reads) {
      const { UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
      const find = (user: UserRecord | undefined, from: Reads) =>
        deviceOfUser(SerialNumber, existing(user, 'user', UserName, call), call, from)
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
