import { iamArn } from '../../../kernel/arn.ts'
import { mfaDeviceKey } from '../../../sessions/mfa.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { everyRecord, pageOfList } from '../paging.ts'
import { userShape } from '../users/user-shape.ts'

/** Leaves out the seeds, which only CreateVirtualMFADevice returns. */
export const listVirtualMfaDevices = operation(iamModel('ListVirtualMFADevices'), {
  authorize: (_input, { account, caller }) => ({
    resource: iamArn({ partition: caller.partition, account }, 'mfa', ''),
  }),

  async handle(input, call, _found, reads) {
    const { account, caller } = call
    const { AssignmentStatus = 'Any' } = input
    const devices = (await everyRecord(reads, 'mfaDevice', account))
      .map(({ record }) => record)
      .filter(
        ({ enabled, hardware }) =>
          !hardware &&
          (AssignmentStatus === 'Any' ||
            (AssignmentStatus === 'Assigned') === (enabled !== undefined)),
      )
    const { items, marker } = pageOfList(
      devices,
      ({ serialNumber }) => mfaDeviceKey(serialNumber),
      input,
      call,
    )
    const VirtualMFADevices = await Promise.all(
      items.map(async ({ serialNumber, enabled }) => {
        const user = enabled && (await reads.find('user', account, enabled.userName))
        return {
          SerialNumber: serialNumber,
          EnableDate: enabled && new Date(enabled.at),
          User: user && userShape(user, caller.partition, false),
        }
      }),
    )
    return { VirtualMFADevices, IsTruncated: marker !== undefined, Marker: marker }
  },
})
