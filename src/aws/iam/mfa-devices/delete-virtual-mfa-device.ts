import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { mfaDevice } from './mfa-device.ts'

export const deleteVirtualMfaDevice = operation(iamModel('DeleteVirtualMFADevice'), {
  writes: true,
  locate: (input, call, reads) => mfaDevice.find(input, call, reads),
  authorize: (input, call, found) => mfaDevice.target(input, call, found),

  async handle(input, call, found, writes) {
    // The operator imports hardware devices and removes them (`gatehouse mfa`); a security key goes
    // when it is deactivated.
    const isVirtual = !found?.hardware && !found?.securityKey
    const device = mfaDevice.existing(input, call, isVirtual ? found : undefined)
    if (device.enabled)
      throw call.fault('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.')
    await mfaDevice.remove(writes, device)
  },
})
