import type { Assertion, Confirmation } from './assertion.ts'
import type { SamlCheck } from './saml-fault.ts'

export interface Expectations {
  readonly now: Date
  /** The difference to allow between the two clocks. */
  readonly skewSeconds: number
  /** The identity provider's entity id. */
  readonly issuer: string
  /** Our audiences: every audience restriction must contain one of them. */
  readonly audiences: readonly string[]
  /** Our addresses: Recipient and Destination must each be one of them. */
  readonly recipients: readonly string[]
  /** The accepted authentication contexts; absent accepts any. */
  readonly contexts?: readonly string[] | undefined
  /** The maximum age of the assertion; absent leaves its age to its own times. */
  readonly freshSeconds?: number | undefined
  /** Requires exactly one confirmation, as AWS does; otherwise one valid confirmation is enough. */
  readonly soleConfirmation?: boolean | undefined
  /** Allows an assertion without `NameID`, for settings where an attribute names the subject. */
  readonly nameIdOptional?: boolean | undefined
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
 * Check every condition of an assertion and return the outcomes, passed or failed, in order of
 * precedence (SAML profiles, 4.1.4.3). `confirmation` is the chosen one. A condition that the
 * standard makes optional and the assertion leaves out has no outcome.
 */
export function conditionOutcomes(
  assertion: Assertion,
  confirmation: Confirmation | undefined,
  expected: Expectations,
): readonly Outcome[] {
  const { issuer, contexts, freshSeconds } = expected
  const rows = outcomeRows(expected)
  rows.add({
    check: 'issuer',
    ok: assertion.issuer === issuer,
    message: 'the assertion is of another issuer',
    found: assertion.issuer,
    expected: issuer,
  })
  rows.notBefore('issue-instant', assertion.issuedAt, issuedAhead)
  if (freshSeconds !== undefined) {
    const staleAt = new Date(assertion.issuedAt.getTime() + freshSeconds * 1000)
    const message = `token must be redeemed within ${freshSeconds / 60} minutes of issuance`
    rows.notOnOrAfter('not-on-or-after', staleAt, message)
  }
  audienceRow(assertion, expected, rows)
  rows.notBefore('not-before', assertion.notBefore, notYetValid)
  rows.notOnOrAfter('not-on-or-after', assertion.notOnOrAfter, 'the assertion has expired')
  confirmationRows(assertion, confirmation, expected, rows)
  rows.notOnOrAfter('session-expiry', assertion.sessionEndsAt, sessionEnded)
  if (contexts && contexts.length > 0)
    rows.add({
      check: 'authn-context',
      ok: assertion.contexts.some((one) => contexts.includes(one)),
      message: 'the person did not sign in in the way that is asked for',
      found: assertion.contexts.join(' ') || 'nothing',
      expected: contexts.join(' or '),
    })
  return rows.outcomes
}

const issuedAhead = 'the assertion was issued in the future: compare the clocks'
const notYetValid = 'the assertion is not valid yet: compare the clocks'
const notYetConfirmed = 'the confirmation is not valid yet: compare the clocks'
const sessionEnded = 'the session at the identity provider has ended'

type Rows = ReturnType<typeof outcomeRows>

/** Collect outcomes in order. An absent instant adds no outcome. */
function outcomeRows({ now, skewSeconds }: Pick<Expectations, 'now' | 'skewSeconds'>) {
  const late = new Date(now.getTime() - skewSeconds * 1000)
  const early = new Date(now.getTime() + skewSeconds * 1000)
  const outcomes: Outcome[] = []
  return {
    outcomes,
    add: (outcome: Outcome) => void outcomes.push(outcome),
    notBefore(check: SamlCheck, at: Date | undefined, message: string) {
      if (!at) return
      const expected = `not after ${early.toISOString()}`
      outcomes.push({ check, ok: at <= early, message, found: at.toISOString(), expected })
    },
    notOnOrAfter(check: SamlCheck, at: Date | undefined, message: string) {
      if (!at) return
      const expected = `after ${late.toISOString()}`
      outcomes.push({ check, ok: at > late, message, found: at.toISOString(), expected })
    },
  }
}

/** Require every audience restriction to name us (SAML core, 2.5.1.4). */
function audienceRow(
  { audiences: restrictions }: Assertion,
  { audiences }: Expectations,
  rows: Rows,
): void {
  const none = restrictions.length === 0
  rows.add({
    check: 'audience',
    ok: !none && restrictions.every((one) => one.some((name) => audiences.includes(name))),
    message: none ? 'the assertion names no audience' : 'the assertion is for another audience',
    found: restrictions.flat().join(' ') || 'nothing',
    expected: audiences.join(' or '),
  })
}

/**
 * Choose the confirmation to check; any one of them confirms the subject (SAML core, 2.4.1.1).
 * Prefer a valid bearer confirmation that answers `answers`, then the first valid one, then the
 * first bearer one, whose failures explain the refusal. Returns undefined when there is none, or
 * when exactly one is required and there are several.
 */
export function chosenConfirmation(
  { confirmations }: Pick<Assertion, 'confirmations'>,
  expected: Expectations,
  answers: string | undefined,
): Confirmation | undefined {
  if (expected.soleConfirmation && confirmations.length !== 1) return undefined
  const bearers = confirmations.filter(({ method }) => method === bearer)
  const holding = bearers.filter((one) => {
    const rows = outcomeRows(expected)
    addConfirmation(one, expected, rows)
    return rows.outcomes.every(({ ok }) => ok)
  })
  return holding.find(({ inResponseTo }) => inResponseTo === answers) ?? holding[0] ?? bearers[0]
}

function confirmationRows(
  { confirmations }: Assertion,
  confirmation: Confirmation | undefined,
  expected: Expectations,
  rows: Rows,
): void {
  rows.add({
    check: 'subject-confirmation',
    ok: confirmation !== undefined,
    message: expected.soleConfirmation
      ? 'there is not exactly one bearer confirmation'
      : 'there is no bearer confirmation',
    found: confirmations.map(({ method }) => method).join(' ') || 'nothing',
    expected: bearer,
  })
  if (confirmation) addConfirmation(confirmation, expected, rows)
}

function addConfirmation(
  { recipient, notBefore, notOnOrAfter }: Confirmation,
  { recipients }: Pick<Expectations, 'recipients'>,
  rows: Rows,
): void {
  rows.add({
    check: 'recipient',
    ok: recipient !== undefined && recipients.includes(recipient),
    message: 'the assertion was made for another address',
    found: recipient ?? 'nothing',
    expected: recipients.join(' or '),
  })
  rows.add({
    check: 'confirmation-expiry',
    ok: notOnOrAfter !== undefined,
    message: 'the confirmation has no end',
    found: notOnOrAfter?.toISOString() ?? 'nothing',
    expected: '`NotOnOrAfter`',
  })
  rows.notOnOrAfter('confirmation-expiry', notOnOrAfter, 'the confirmation has expired')
  rows.notBefore('not-before', notBefore, notYetConfirmed)
}
