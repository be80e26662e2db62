import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { deviceOf, mfaDevice } from './mfa-device.ts'

/**
 * Keeps the device, so that it can be enabled again; a security key is forgotten. Without UserName,
 * the caller's own.
 */
export const deactivateMfaDevice = operation(iamModel('DeactivateMFADevice'), {
  writes: true,
  locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
  authorize: (input, call, found) => deviceOwnerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const user = deviceOwner(input, call, found)
    const { enabled: _was, ...device } = await deviceOf(input.SerialNumber, user, call, writes)
    if (device.securityKey) await mfaDevice.remove(writes, device)
    else await mfaDevice.save(writes, device)
  },
})
