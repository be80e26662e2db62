import { type Identity, longestName } from '../kernel/identity.ts'
import { protocols } from '../kernel/protocol.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'

/**
 * Throws SignInFault for a person whose sessions nobody could revoke, because their subject or user
 * name is empty or longer than a revocation's target.
 */
export function refuseLongNames(identity: Identity): void {
  for (const name of ['subject', 'username'] as const) {
    const { length } = identity[name]
    if (length > 0 && length <= longestName) continue
    const { flow } = protocols[identity.protocol]
    throw new SignInFault(
      flow === 'redirect' ? 'assertion-refused' : 'unavailable',
      `the ${name} has ${length} characters: to be revocable it needs 1 to ${longestName}`,
    )
  }
}
