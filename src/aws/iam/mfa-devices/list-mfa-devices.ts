import { operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { devicesOfUser } from './mfa-device.ts'

export const listMfaDevices = operation(iamModel('ListMFADevices'), {
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const user = ownerOf(input, call, found)
    const devices = user ? await devicesOfUser(reads, call.account, user.name) : []
    const { items, marker } = pageOfList(devices, ({ serialNumber }) => serialNumber, input, call)
    return {
      MFADevices: items.map(({ serialNumber, enabled }) => ({
        UserName: user!.name,
        SerialNumber: serialNumber,
        EnableDate: new Date(enabled!.at),
      })),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})
