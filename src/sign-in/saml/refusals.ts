import { type SamlCheck, SamlFault } from '../../connectors/saml/saml-fault.ts'
import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'

const expired = new Set<SamlCheck>(['not-on-or-after', 'confirmation-expiry', 'session-expiry'])

/** What a check that failed means to the person; the check itself, with what was found and expected, is the operator's. */
export function samlRefusal(fault: SamlFault): SignInFault {
  const code: SignInCode = fault.check === 'status' ? 'provider-refused' : expired.has(fault.check) ? 'assertion-expired' : fault.check === 'replay' || fault.check === 'in-response-to' ? 'attempt-ended' : 'assertion-refused'
  return new SignInFault(code, fault.detail, { cause: fault })
}

/** Runs `work`; a SamlFault comes out as the SignInFault that it means. */
export async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof SamlFault ? samlRefusal(error) : error
  }
}
