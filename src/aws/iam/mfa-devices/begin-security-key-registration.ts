import type { SecurityKeys } from '../../../sessions/security-keys.ts'
import { operation } from '../../operation.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { holderOfMore } from './key-holder.ts'
import { registering, registrationBy } from './registering.ts'
import { securityKeyModel } from './security-key-model.ts'

/**
 * Answers what a browser needs for registering a security key of the user, within five minutes.
 * Keeps nothing.
 */
export function beginSecurityKeyRegistration({
  securityKeys,
}: {
  readonly securityKeys: Pick<SecurityKeys, 'usable' | 'registration'>
}) {
  return operation(securityKeyModel('BeginSecurityKeyRegistration'), {
    locate: (input, call, reads) => locateDeviceOwner(input, call, reads),
    authorize: (input, call, found) =>
      registering(deviceOwnerTarget(input, call, found), { step: 'Create' }),

    async handle(input, call, found, reads) {
      const user = deviceOwner(input, call, found)
      if (!securityKeys.usable())
        throw call.fault(
          'InvalidInput',
          'Security keys need a public address with a host name: browsers bind them to no IP ' +
            'address.',
        )
      const holder = await holderOfMore(user, call, reads)
      return { Options: await securityKeys.registration(holder, registrationBy(call)) }
    },
  })
}
