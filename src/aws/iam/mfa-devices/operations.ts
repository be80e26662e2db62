import type { Ids } from '../../../kernel/ids.ts'
import type { Mfa } from '../../../sessions/mfa.ts'
import type { AnyOperation } from '../../operation.ts'
import { createVirtualMfaDevice } from './create-virtual-mfa-device.ts'
import { deactivateMfaDevice } from './deactivate-mfa-device.ts'
import { deleteVirtualMfaDevice } from './delete-virtual-mfa-device.ts'
import { enableMfaDevice } from './enable-mfa-device.ts'
import { getMfaDevice } from './get-mfa-device.ts'
import { listMfaDevices } from './list-mfa-devices.ts'
import { listVirtualMfaDevices } from './list-virtual-mfa-devices.ts'
import { resyncMfaDevice } from './resync-mfa-device.ts'

/** The operations on MFA devices and their assignment to users. Those on tags are in tags/. */
export function mfaDeviceOperations(ports: {
  readonly ids: Pick<Ids, 'random'>
  readonly mfa: Omit<Mfa, 'resync'>
}): readonly AnyOperation[] {
  return [
    createVirtualMfaDevice(ports),
    deactivateMfaDevice,
    deleteVirtualMfaDevice,
    enableMfaDevice(ports),
    getMfaDevice,
    listMfaDevices,
    listVirtualMfaDevices,
    resyncMfaDevice(ports),
  ]
}
