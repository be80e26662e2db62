import type { TouchCodes } from '../../../sessions/touch-codes.ts'
import type { UserKeys } from '../../../sessions/user-keys.ts'
import { operation } from '../../operation.ts'
import { deviceOwner, locateDeviceOwner } from './device-owner.ts'
import { codeUse } from './registering.ts'
import { securityKeyModel } from './security-key-model.ts'

/**
 * Gives a one-time code for a touch of one of the caller's keys: GetSessionToken and AssumeRole
 * take it with the key's serial number, as they take the codes of other devices.
 */
export function createSecurityKeyCode({
  userKeys,
  touchCodes,
}: {
  readonly userKeys: Pick<UserKeys, 'touch'>
  readonly touchCodes: Pick<TouchCodes, 'make'>
}) {
  return operation(securityKeyModel('CreateSecurityKeyCode'), {
    locate: (_input, call, reads) => locateDeviceOwner({}, call, reads),
    authorize: () => 'caller-only',

    async handle({ Response }, call, found) {
      const user = deviceOwner({}, call, found)
      const touched = await userKeys.touch({ account: call.account, user }, codeUse(call), Response)
      if (touched === 'copied')
        call.note({ detail: 'the counter of the key went back: there may be a copy' })
      if (typeof touched === 'string')
        throw call.fault(
          'InvalidAuthenticationCode',
          'The response of the security key is not valid, has ended or was used. Touch it again.',
        )
      const { serialNumber } = touched
      const { code, until } = await touchCodes.make(serialNumber)
      return { SerialNumber: serialNumber, Code: code, Expiration: until }
    },
  })
}
