import type { Assertion } from './assertion.ts'
import type { SamlCheck } from './saml-fault.ts'

export interface Expectations {
  readonly now: Date
  /** How far the two clocks may be apart. */
  readonly skewSeconds: number
  /** The identity provider's entity id. */
  readonly issuer: string
  /** Our names: one of them has to be among every audience restriction. */
  readonly audiences: readonly string[]
  /** Our addresses: one of them has to be Recipient and Destination. */
  readonly recipients: readonly string[]
  /** Authentication contexts, one of which the person has to have signed in with; absent: any. */
  readonly contexts?: readonly string[] | undefined
  /** The assertion has to be this fresh; absent: as long as its own times say. */
  readonly freshSeconds?: number | undefined
}

export interface Outcome {
  readonly check: SamlCheck
  readonly ok: boolean
  readonly message: string
  readonly found: string
  readonly expected: string
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/**
 * Every condition of an assertion, held or not, in the order in which they count (SAML profiles, 4.1.4.3). What may be absent
 * by the standard and is absent is not among them.
 */
export function conditionOutcomes(assertion: Assertion, expected: Expectations): readonly Outcome[] {
  const { now, skewSeconds, issuer, audiences, contexts, freshSeconds } = expected
  const late = now.getTime() - skewSeconds * 1000
  const early = now.getTime() + skewSeconds * 1000
  const outcomes: Outcome[] = []
  const row = (check: SamlCheck, ok: boolean, message: string, found: string, wanted: string) => outcomes.push({ check, ok, message, found, expected: wanted })
  const notBefore = (check: SamlCheck, at: Date | undefined, message: string) => at && row(check, at.getTime() <= early, message, at.toISOString(), `not after ${new Date(early).toISOString()}`)
  const notOnOrAfter = (check: SamlCheck, at: Date | undefined, message: string) => at && row(check, at.getTime() > late, message, at.toISOString(), `after ${new Date(late).toISOString()}`)

  row('issuer', assertion.issuer === issuer, 'the assertion is of another issuer', assertion.issuer, issuer)
  notBefore('issue-instant', assertion.issuedAt, 'the assertion was issued in the future: compare the clocks')
  if (freshSeconds !== undefined) notOnOrAfter('not-on-or-after', new Date(assertion.issuedAt.getTime() + freshSeconds * 1000), `token must be redeemed within ${freshSeconds / 60} minutes of issuance`)
  const named = assertion.audiences.length > 0 && assertion.audiences.every((one) => one.some((audience) => audiences.includes(audience)))
  row('audience', named, assertion.audiences.length === 0 ? 'the assertion names no audience' : 'the assertion is for another audience', assertion.audiences.flat().join(' ') || 'nothing', audiences.join(' or '))
  notBefore('not-before', assertion.notBefore, 'the assertion is not valid yet: compare the clocks')
  notOnOrAfter('not-on-or-after', assertion.notOnOrAfter, 'the assertion has expired')
  confirmationRows(assertion, expected, row, notBefore, notOnOrAfter)
  notOnOrAfter('session-expiry', assertion.sessionEndsAt, 'the session at the identity provider has ended')
  if (contexts && contexts.length > 0) {
    row('authn-context', assertion.contexts.some((one) => contexts.includes(one)), 'the person did not sign in in the way that is asked for', assertion.contexts.join(' ') || 'nothing', contexts.join(' or '))
  }
  return outcomes
}

type Row = (check: SamlCheck, ok: boolean, message: string, found: string, wanted: string) => unknown
type At = (check: SamlCheck, at: Date | undefined, message: string) => unknown

function confirmationRows({ confirmations }: Assertion, { recipients }: Expectations, row: Row, notBefore: At, notOnOrAfter: At): void {
  const [only] = confirmations
  const sole = confirmations.length === 1 && only?.method === bearer
  row('subject-confirmation', sole, 'there is not exactly one bearer confirmation', confirmations.map(({ method }) => method).join(' ') || 'nothing', bearer)
  if (!sole || !only) return
  row('recipient', only.recipient !== undefined && recipients.includes(only.recipient), 'the assertion was made for another address', only.recipient ?? 'nothing', recipients.join(' or '))
  row('confirmation-expiry', only.notOnOrAfter !== undefined, 'the confirmation has no end', only.notOnOrAfter?.toISOString() ?? 'nothing', '`NotOnOrAfter`')
  notOnOrAfter('confirmation-expiry', only.notOnOrAfter, 'the confirmation has expired')
  notBefore('not-before', only.notBefore, 'the confirmation is not valid yet: compare the clocks')
}
