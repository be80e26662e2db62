import { iamArn } from '../../../kernel/arn.ts'
import type { User } from '../../../reference/aws/iam-shapes.gen.ts'
import { mfaDeviceKey } from '../../../sessions/mfa.ts'
import type { MfaDeviceRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { everyRecord, pageOfList } from '../paging.ts'
import { rootShape } from '../users/root-shape.ts'
import { userShape } from '../users/user-shape.ts'

/** Leaves out the seeds, which only CreateVirtualMFADevice returns. */
export const listVirtualMfaDevices = operation(iamModel('ListVirtualMFADevices'), {
  authorize: (_input, { account, caller }) => ({
    resource: iamArn({ partition: caller.partition, account }, 'mfa', ''),
  }),

  async handle(input, call, _found, reads) {
    const { account } = call
    const { AssignmentStatus = 'Any' } = input
    const devices = (await everyRecord(reads, 'mfaDevice', account))
      .map(({ record }) => record)
      .filter(
        ({ enabled, hardware, securityKey }) =>
          !hardware &&
          !securityKey &&
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
        return {
          SerialNumber: serialNumber,
          EnableDate: enabled && new Date(enabled.at),
          User: enabled && (await ownerShape(enabled, call, reads)),
        }
      }),
    )
    return { VirtualMFADevices, IsTruncated: marker !== undefined, Marker: marker }
  },
})

async function ownerShape(
  { userName }: NonNullable<MfaDeviceRecord['enabled']>,
  call: Call<never>,
  reads: Reads,
): Promise<User | undefined> {
  if (userName === undefined) return rootShape(call, reads)
  const user = await reads.find('user', call.account, userName)
  return user && userShape(user, call.caller.partition, false)
}
