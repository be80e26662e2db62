import type { Protocol } from '../../kernel/protocol.ts'
import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'

interface Row {
  readonly code: SignInCode
  /** For the operator. */
  readonly why: string
}

/** Refusals that all protocols share; those of a protocol's own checks belong to its connector. */
const rows = {
  'in-response-to': { code: 'attempt-ended', why: 'no open attempt of ours is answered' },
  unsolicited: {
    code: 'attempt-ended',
    why: 'nobody asked for this proof, and the connector takes none of those',
  },
  kept: {
    code: 'attempt-ended',
    why: 'the browser did not bring what it was given for this sign-in',
  },
  'two-attempts': { code: 'assertion-refused', why: 'an answer finishes one attempt' },
  'authn-context': {
    code: 'assertion-refused',
    why: 'the person did not authenticate anew, as the connector asks',
  },
  revoked: { code: 'assertion-refused', why: 'proofs of that moment were revoked' },
  replay: { code: 'attempt-ended', why: 'the proof was used before' },
  'other-browser': { code: 'attempt-ended', why: 'another browser began this sign-in' },
  ticket: { code: 'attempt-ended', why: 'the way back was used before, or too late' },
} as const satisfies Readonly<Record<string, Row>>

export interface Values {
  readonly found?: string | undefined
  readonly expected?: string | undefined
}

/**
 * The fault of a failed check, for the operator: `saml replay: the proof was used before (found
 * …)`.
 */
export function refuse(
  check: keyof typeof rows,
  protocol: Protocol,
  { found, expected }: Values = {},
): SignInFault {
  const { code, why } = rows[check]
  const values = [
    found !== undefined && `found \`${shortened(found)}\``,
    expected !== undefined && `expected \`${expected}\``,
  ].filter((one) => one !== false)
  const told = values.length === 0 ? '' : ` (${values.join(', ')})`
  return new SignInFault(code, `${protocol} ${check}: ${why}${told}`)
}

/** Shortens an id, because an unauthenticated sender can choose it. */
function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
