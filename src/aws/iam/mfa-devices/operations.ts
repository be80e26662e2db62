import type { Ids } from '../../../kernel/ids.ts'
import type { KeyTickets } from '../../../sessions/key-tickets.ts'
import type { Mfa } from '../../../sessions/mfa.ts'
import type { SecurityKeys } from '../../../sessions/security-keys.ts'
import type { TouchCodes } from '../../../sessions/touch-codes.ts'
import type { UserKeys } from '../../../sessions/user-keys.ts'
import type { AnyOperation } from '../../operation.ts'
import { beginSecurityKeyRegistration } from './begin-security-key-registration.ts'
import { createSecurityKeyCode } from './create-security-key-code.ts'
import { createVirtualMfaDevice } from './create-virtual-mfa-device.ts'
import { deactivateMfaDevice } from './deactivate-mfa-device.ts'
import { deleteVirtualMfaDevice } from './delete-virtual-mfa-device.ts'
import { enableMfaDevice } from './enable-mfa-device.ts'
import { enableSecurityKey } from './enable-security-key.ts'
import { getMfaDevice } from './get-mfa-device.ts'
import { getSecurityKeyChallenge } from './get-security-key-challenge.ts'
import { listMfaDevices } from './list-mfa-devices.ts'
import { listVirtualMfaDevices } from './list-virtual-mfa-devices.ts'
import { resyncMfaDevice } from './resync-mfa-device.ts'

/** What proves users by their security keys. */
export interface KeyProofs {
  readonly securityKeys: SecurityKeys
  readonly userKeys: UserKeys
  readonly keyTickets: KeyTickets
  readonly touchCodes: TouchCodes
}

/** The operations on MFA devices and their assignment to users. Those on tags are in tags/. */
export function mfaDeviceOperations(
  ports: KeyProofs & {
    readonly ids: Pick<Ids, 'random' | 'securityKey'>
    readonly mfa: Omit<Mfa, 'resync'>
  },
): readonly AnyOperation[] {
  return [
    getSecurityKeyChallenge(ports),
    beginSecurityKeyRegistration(ports),
    createSecurityKeyCode(ports),
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
