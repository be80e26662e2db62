import { operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOfUser, mfaDevice } from './mfa-device.ts'

export const getMfaDevice = operation(iamModel('GetMFADevice'), {
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const { SerialNumber } = input
    const user = ownerOf(input, call, found)
    if (!user) return { SerialNumber: mfaDevice.existing(input, call, undefined).serialNumber }
    const { enabled } = await deviceOfUser(SerialNumber, user, call, reads)
    return { UserName: user.name, SerialNumber, EnableDate: new Date(enabled.at) }
  },
})
