import { operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { deviceOfUser, existingDevice, saveDevice } from './device.ts'

/** The device stays, for whoever enables it next. Without UserName it is the caller's own. */
export const deactivateMfaDevice = operation(iamModel('DeactivateMFADevice'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const user = ownerOf(input, call, found)
    // The account's root has no device here.
    const { enabled: _was, ...device } = user ? await deviceOfUser(input.SerialNumber, user, call, writes) : existingDevice(undefined, input.SerialNumber, call)
    await saveDevice(writes, device)
  },
})
