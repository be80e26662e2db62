import type { Mfa } from '../../../sessions/mfa.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOfUser, saveDevice } from './device.ts'

/** For a device whose clock went astray, by an hour at most. */
export function resyncMfaDevice({ mfa }: { readonly mfa: Pick<Mfa, 'takePair'> }) {
  return operation(iamModel('ResyncMFADevice'), {
    writes: true,
    locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
    authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

    async handle({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call, found, writes) {
      const device = await deviceOfUser(SerialNumber, existing(found, 'user', UserName, call), call, writes)
      const driftSteps = await mfa.takePair(device, AuthenticationCode1, AuthenticationCode2)
      if (driftSteps === undefined) throw call.fault('InvalidAuthenticationCode', 'Authentication code for device is not valid')
      await saveDevice(writes, { ...device, enabled: { ...device.enabled, driftSteps } })
    },
  })
}
