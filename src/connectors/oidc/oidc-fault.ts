import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import { OutboundFault } from '../../outbound/outbound-fault.ts'

/** Every check of an answer. A refusal is named after the first check that fails. */
export type OidcCheck =
  | 'discovery'
  | 'unreachable'
  | 'declined'
  | 'interaction'
  | 'authentication-context'
  | 'provider-error'
  | 'client'
  | 'code'
  | 'state'
  | 'answer'
  | 'signature'
  | 'signing-key'
  | 'algorithm'
  | 'token-type'
  | 'issuer'
  | 'audience'
  | 'nonce'
  | 'expiry'
  | 'issued-at'
  | 'authenticated-at'
  | 'access-token-hash'
  | 'access-token'
  | 'subject'
  | 'claim'
  | 'groups'
  | 'user-info'
  | 'logout-token'

/** Checks that are not listed here map to `assertion-refused`. */
const codes: Readonly<Partial<Record<OidcCheck, SignInCode>>> = {
  discovery: 'provider-unavailable',
  unreachable: 'provider-unavailable',
  declined: 'provider-declined',
  interaction: 'provider-refused',
  'authentication-context': 'stronger-needed',
  'provider-error': 'provider-misfit',
  client: 'provider-misfit',
  code: 'attempt-ended',
  state: 'attempt-ended',
  expiry: 'assertion-expired',
}

interface Values {
  readonly found?: string | undefined
  readonly expected?: string | undefined
  readonly cause?: unknown
}

/**
 * An answer of an OpenID provider that is not accepted. `found` and `expected` are for the
 * operator: identifiers, times, names of errors and algorithms; never a token, a code, a secret or
 * the value of a personal claim.
 */
export class OidcFault extends Error {
  readonly check: OidcCheck
  readonly found: string | undefined
  readonly expected: string | undefined

  constructor(check: OidcCheck, message: string, { found, expected, cause }: Values = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'OidcFault'
    this.check = check
    this.found = found === undefined ? undefined : shortened(found)
    this.expected = expected === undefined ? undefined : shortened(expected)
  }

  /** The line for the log: the check, the found value and the expected value. */
  get detail(): string {
    const values = [
      this.found !== undefined && `found \`${this.found}\``,
      this.expected !== undefined && `expected \`${this.expected}\``,
    ].filter((one) => one !== false)
    const told = values.length > 0 ? ` (${values.join(', ')})` : ''
    return `oidc ${this.check}: ${this.message}${told}`
  }
}

/**
 * Runs `work` and turns an OidcFault into what the person reads, with the check for the operator.
 */
export async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    const code = codes[error.check] ?? 'assertion-refused'
    throw new SignInFault(code, error.detail, { cause: error })
  }
}

function shortened(text: string): string {
  return visibleText(text.length > 300 ? `${text.slice(0, 300)}…` : text)
}

/** Returns an error of a request as OidcFault. Throws what is none. */
export function unreachable(error: unknown): OidcFault {
  if (error instanceof OidcFault) return error
  if (error instanceof OutboundFault)
    return new OidcFault('unreachable', 'the provider gave no answer that can be read', {
      found: error.message,
      cause: error,
    })
  throw error
}
