import { commonFault } from '../kernel/aws-fault.ts'

/**
 * The same refusal for credentials that are unknown, inactive, altered, of another ring, or of a
 * deleted principal.
 */
export function unknownToken() {
  return commonFault(
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  )
}

/** Returns the value, or throws `unknownToken` when there is none. */
export function known<T>(thing: T | undefined): T {
  if (thing === undefined) throw unknownToken()
  return thing
}
