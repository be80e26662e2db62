/**
 * Every way a sign-in can fail: one closed table. The page says what to do next; the operator's detail
 * goes to the log and the audit event, never to the person.
 */
const rows = {
  'credentials-rejected': { status: 401, sts: 'AccessDenied', title: 'That name and password do not match', next: 'Check both and try again.' },
  'password-expired': { status: 403, sts: 'AccessDenied', title: 'Your password has expired', next: 'Change it where you usually do, then sign in again.' },
  'must-change-password': { status: 403, sts: 'AccessDenied', title: 'Your password has to be changed first', next: 'Change it where you usually do, then sign in again.' },
  'account-disabled': { status: 403, sts: 'AccessDenied', title: 'Your account is switched off', next: 'Ask your help desk to switch it on.' },
  'account-expired': { status: 403, sts: 'AccessDenied', title: 'Your account has ended', next: 'Ask your help desk to extend it.' },
  'account-locked': { status: 403, sts: 'AccessDenied', title: 'Your account is locked', next: 'Wait a while and try again, or ask your help desk.' },
  'outside-hours': { status: 403, sts: 'AccessDenied', title: 'Your directory does not let you in at this hour', next: 'Try again within your hours, or ask your help desk.' },
  'directory-unavailable': { status: 503, sts: 'IDPCommunicationError', title: 'The directory does not answer', next: 'Nothing is wrong with your password. Try again in a minute.' },
  'too-many-tries': { status: 429, sts: 'Throttling', title: 'Too many tries', next: 'Wait a few minutes, then try again.' },
  'attempt-ended': { status: 400, sts: 'ExpiredTokenException', title: 'This sign-in has ended', next: 'Start again. A sign-in page can be used once, and not after a long time.' },
  'assertion-refused': { status: 403, sts: 'InvalidIdentityToken', title: 'The answer of your sign-in service was not accepted', next: 'Start again. If it stays, give the reference to your help desk.' },
  'assertion-expired': { status: 403, sts: 'ExpiredTokenException', title: 'This sign-in took too long', next: 'Start again. If it stays, give the reference to your help desk.' },
  'provider-refused': { status: 403, sts: 'IDPRejectedClaim', title: 'Your sign-in service did not sign you in', next: 'Start again. If it stays, give the reference to your help desk.' },
  'unknown-connector': { status: 404, sts: 'ValidationError', title: 'There is no such way to sign in', next: 'Choose one of the ways on the sign-in page.' },
  'no-grants': { status: 403, sts: 'AccessDenied', title: 'You are signed in, but have no role yet', next: 'Ask your team lead for a directory group that carries a role, then sign in again.' },
  'grant-refused': { status: 403, sts: 'AccessDenied', title: 'That role does not let you in', next: 'Choose another role, or ask its owner.' },
} as const

export type SignInCode = keyof typeof rows
export interface SignInRow {
  readonly status: number
  /** The code that an STS caller gets for the same refusal. */
  readonly sts: string
  readonly title: string
  readonly next: string
}

export class SignInFault extends Error {
  readonly code: SignInCode
  /** For the operator: log and audit only. Must hold no secret. */
  readonly detail: string

  constructor(code: SignInCode, detail: string, options?: ErrorOptions) {
    super(rows[code].title, options)
    this.name = 'SignInFault'
    this.code = code
    this.detail = detail
  }

  get row(): SignInRow {
    return rows[this.code]
  }
}
