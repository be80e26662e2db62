import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { deviceTarget, existingDevice, findDevice } from './device.ts'

export const deleteVirtualMfaDevice = operation(iamModel('DeleteVirtualMFADevice'), {
  writes: true,
  locate: ({ SerialNumber }, call, reads) => findDevice(SerialNumber, call, reads),
  authorize: ({ SerialNumber }, call, found) => deviceTarget(SerialNumber, call, found),

  async handle({ SerialNumber }, call, found, writes) {
    const { account, enabled, name } = existingDevice(found, SerialNumber, call)
    if (enabled) throw call.fault('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.')
    await writes.remove('mfaDevice', account, name.toLowerCase())
  },
})
