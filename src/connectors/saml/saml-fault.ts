/** Every check of a SAML message. A refusal is named after the first check that fails. */
export type SamlCheck =
  | 'encoding'
  | 'size'
  | 'xml'
  | 'structure'
  | 'version'
  | 'status'
  | 'signature'
  | 'signing-key'
  | 'algorithm'
  | 'digest'
  | 'decryption'
  | 'issuer'
  | 'destination'
  | 'issue-instant'
  | 'audience'
  | 'not-before'
  | 'not-on-or-after'
  | 'condition'
  | 'subject'
  | 'subject-confirmation'
  | 'recipient'
  | 'confirmation-expiry'
  | 'in-response-to'
  | 'authn-statement'
  | 'session-expiry'
  | 'authn-context'
  | 'attribute'
  | 'replay'
  | 'revoked'
  | 'metadata'
  | 'second-reader'

/**
 * A SAML message that is not accepted. `found` and `expected` are for the operator: they hold
 * identifiers, times and algorithm names, never a signature value, an attribute's value or a whole
 * message.
 */
export class SamlFault extends Error {
  readonly check: SamlCheck
  readonly found: string | undefined
  readonly expected: string | undefined

  constructor(
    check: SamlCheck,
    message: string,
    {
      found,
      expected,
      cause,
    }: { found?: string | undefined; expected?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SamlFault'
    this.check = check
    this.found = found === undefined ? undefined : shortened(found)
    this.expected = expected === undefined ? undefined : shortened(expected)
  }

  /** The line for the log: the check, the found value and the expected value. */
  get detail(): string {
    const values = [
      this.found !== undefined && `found \`${this.found}\``,
      this.expected !== undefined && `expected \`${this.expected}\``,
    ]
      .filter(Boolean)
      .join(', ')
    const inner = this.cause instanceof SamlFault ? `; inside: ${this.cause.detail}` : ''
    return `saml ${this.check}: ${this.message}${values === '' ? '' : ` (${values})`}${inner}`
  }
}

/** The refusal of an assertion that the replay guard holds. */
export function usedBefore({
  assertion: { id },
}: {
  readonly assertion: { readonly id: string }
}): SamlFault {
  return new SamlFault('replay', 'the assertion was used before', { found: id })
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
