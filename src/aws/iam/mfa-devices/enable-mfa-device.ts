import type { Mfa } from '../../../sessions/mfa.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { devicesOfUser, existingDevice, findDevice, saveDevice } from './device.ts'

/** Two codes in a row prove that the user's app has the seed, and tell how its clock goes. Users of the settings file too. */
export function enableMfaDevice({ mfa }: { readonly mfa: Pick<Mfa, 'takePair'> }) {
  return operation(iamModel('EnableMFADevice'), {
    writes: true,
    locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
    authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

    async handle({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call, found, writes) {
      const { account, now, fault } = call
      const { name } = existing(found, 'user', UserName, call)
      const device = existingDevice(await findDevice(SerialNumber, call, writes), SerialNumber, call)
      if (device.enabled) throw fault('EntityAlreadyExists', 'MFA Device is already in use.')
      if ((await devicesOfUser(writes, account, name)).length >= quotas.mfaDevicesPerUser) throw fault('LimitExceeded', `Cannot exceed quota for MFADevicesPerUser: ${quotas.mfaDevicesPerUser}`)
      const driftSteps = await mfa.takePair(device, AuthenticationCode1, AuthenticationCode2)
      if (driftSteps === undefined) throw fault('InvalidAuthenticationCode', 'Authentication code for device is not valid')
      await saveDevice(writes, { ...device, enabled: { userName: name.toLowerCase(), at: now.toISOString(), driftSteps } })
    },
  })
}
