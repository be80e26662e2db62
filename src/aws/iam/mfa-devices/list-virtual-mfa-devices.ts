import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { everyRecord, pageOfList } from '../paging.ts'
import { userShape } from '../users/user-shape.ts'

/** Never the seeds: those are told once, when a device is made. */
export const listVirtualMfaDevices = operation(iamModel('ListVirtualMFADevices'), {
  authorize: (_input, { account, caller }) => ({ resource: iamArn(caller.partition, account, 'mfa', '') }),

  async handle(input, { account, caller, fault }, _found, reads) {
    const { AssignmentStatus = 'Any' } = input
    const devices = (await everyRecord(reads, 'mfaDevice', account)).map(({ record }) => record)
      .filter(({ enabled }) => AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === (enabled !== undefined))
    const { items, marker } = pageOfList(devices, ({ name }) => name.toLowerCase(), input, (message) => fault('ValidationError', message))
    const VirtualMFADevices = await Promise.all(items.map(async ({ serialNumber, enabled }) => {
      const user = enabled && await reads.find('user', account, enabled.userName)
      return { SerialNumber: serialNumber, ...(enabled && { EnableDate: new Date(enabled.at) }), ...(user && { User: userShape(user, caller.partition, false) }) }
    }))
    return { VirtualMFADevices, IsTruncated: marker !== undefined, Marker: marker }
  },
})
