import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { devicesOfUser } from './mfa-device.ts'

export const listMfaDevices = operation(iamModel('ListMFADevices'), {
  locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
  authorize: (input, call, found) => deviceOwnerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const user = deviceOwner(input, call, found)
    const devices = await devicesOfUser(reads, call.account, user?.name)
    const { items, marker } = pageOfList(devices, ({ serialNumber }) => serialNumber, input, call)
    return {
      MFADevices: items.map(({ serialNumber, enabled }) => ({
        // The model has to have one; the id is also what root calls itself by.
        UserName: user?.name ?? call.account,
        SerialNumber: serialNumber,
        EnableDate: new Date(enabled!.at),
      })),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})
