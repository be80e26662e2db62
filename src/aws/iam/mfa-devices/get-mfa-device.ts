import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { deviceOf } from './mfa-device.ts'

export const getMfaDevice = operation(iamModel('GetMFADevice'), {
  locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
  authorize: (input, call, found) => deviceOwnerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const { SerialNumber } = input
    const user = deviceOwner(input, call, found)
    const { enabled, securityKey } = await deviceOf(SerialNumber, user, call, reads)
    return {
      UserName: user?.name,
      SerialNumber,
      EnableDate: new Date(enabled.at),
      Certifications: securityKey?.certifications,
    }
  },
})
