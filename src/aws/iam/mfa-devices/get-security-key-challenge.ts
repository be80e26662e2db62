import type { KeyTickets } from '../../../sessions/key-tickets.ts'
import type { UserKeys } from '../../../sessions/user-keys.ts'
import { operation } from '../../operation.ts'
import { deviceOwner, locateDeviceOwner } from './device-owner.ts'
import { codeUse } from './registering.ts'
import { securityKeyModel } from './security-key-model.ts'

/**
 * Answers what a browser needs for touching a key of the caller, and the address of a page that
 * does it for a program. Whoever has the user's credentials may ask: the key is what counts.
 */
export function getSecurityKeyChallenge({
  userKeys,
  keyTickets,
}: {
  readonly userKeys: Pick<UserKeys, 'proof'>
  readonly keyTickets: Pick<KeyTickets, 'addressFor'>
}) {
  return operation(securityKeyModel('GetSecurityKeyChallenge'), {
    locate: (_input, call, reads) => locateDeviceOwner({}, call, reads),
    authorize: () => 'caller-only',

    async handle({ ReturnTo }, call, found) {
      const { account } = call
      const user = deviceOwner({}, call, found)
      const Options = await userKeys.proof({ account, user }, codeUse(call))
      if (Options === undefined)
        throw call.fault('NoSuchEntity', 'The caller has no security key that could be used here.')
      return { Options, Address: keyTickets.addressFor({ account, user }, ReturnTo) }
    },
  })
}
