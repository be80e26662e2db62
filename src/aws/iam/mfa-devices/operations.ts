import type { Ids } from '../../../kernel/ids.ts'
import type { Mfa } from '../../../sessions/mfa.ts'
import type { SecurityKeys } from '../../../sessions/security-keys.ts'
import type { AnyOperation } from '../../operation.ts'
import { beginSecurityKeyRegistration } from './begin-security-key-registration.ts'
import { createVirtualMfaDevice } from './create-virtual-mfa-device.ts'
import { deactivateMfaDevice } from './deactivate-mfa-device.ts'
import { deleteVirtualMfaDevice } from './delete-virtual-mfa-device.ts'
import { enableMfaDevice } from './enable-mfa-device.ts'
import { enableSecurityKey } from './enable-security-key.ts'
import { getMfaDevice } from './get-mfa-device.ts'
import { listMfaDevices } from './list-mfa-devices.ts'
import { listVirtualMfaDevices } from './list-virtual-mfa-devices.ts'
import { resyncMfaDevice } from './resync-mfa-device.ts'

/** The operations on MFA devices and their assignment to users. Those on tags are in tags/. */
export function mfaDeviceOperations(ports: {
  readonly ids: Pick<Ids, 'random' | 'securityKey'>
  readonly mfa: Omit<Mfa, 'resync'>
  readonly securityKeys: SecurityKeys
}): readonly AnyOperation[] {
  return [
    beginSecurityKeyRegistration(ports),
    createVirtualMfaDevice(ports),
    deactivateMfaDevice,
    deleteVirtualMfaDevice,
    enableMfaDevice(ports),
    enableSecurityKey(ports),
    getMfaDevice,
    listMfaDevices,
    listVirtualMfaDevices,
    resyncMfaDevice(ports),
  ]
}
