import { operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOfUser, mfaDevice } from './mfa-device.ts'

/** Keeps the device, so that it can be enabled again. Without UserName, the caller's own device. */
export const deactivateMfaDevice = operation(iamModel('DeactivateMFADevice'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const user = ownerOf(input, call, found)
    // The account's root can't have a device in Gatehouse.
    const { enabled: _was, ...device } = user
      ? await deviceOfUser(input.SerialNumber, user, call, writes)
      : mfaDevice.existing(input, call, undefined)
    await mfaDevice.save(writes, device)
  },
})
