import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'
import { type SamlCheck, SamlFault } from './saml-fault.ts'

/** Checks that are not listed here map to `assertion-refused`. */
const codes: Readonly<Partial<Record<SamlCheck, SignInCode>>> = {
  status: 'provider-refused',
  'not-on-or-after': 'assertion-expired',
  'confirmation-expiry': 'assertion-expired',
  'session-expiry': 'assertion-expired',
  replay: 'attempt-ended',
  'in-response-to': 'attempt-ended',
  'second-reader': 'assertion-disputed',
}

/**
 * Return the error that the person sees for a failed check. The check itself, with found and
 * expected values, is for the operator.
 */
export function samlRefusal(fault: SamlFault): SignInFault {
  return new SignInFault(codes[fault.check] ?? 'assertion-refused', fault.detail, { cause: fault })
}

/** Run `work` and turn a SamlFault into the matching SignInFault. */
export async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof SamlFault ? samlRefusal(error) : error
  }
}
