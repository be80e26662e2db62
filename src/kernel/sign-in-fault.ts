import type { AwsFaultCode } from './aws-fault.ts'

/**
 * Every way in which a sign-in can fail. The page says what to do next; the operator's detail goes
 * to the log and the audit event, never to the person.
 */
const rows = {
  'credentials-rejected': {
    status: 401,
    sts: 'AccessDenied',
    title: 'That name and password do not match',
    next: 'Check both and try again.',
  },
  'username-form': {
    status: 401,
    sts: 'AccessDenied',
    title: 'Names are written in another way here',
    next:
      'Type your user name without a domain or an address, ' +
      'or ask your help desk how it is written.',
  },
  'password-expired': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your password has expired',
    next: 'Change it where you usually do, then sign in again.',
  },
  'must-change-password': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your password has to be changed first',
    next: 'Change it where you usually do, then sign in again.',
  },
  'password-reset-needed': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your password has expired for good',
    next: 'Ask an administrator of the account to set another one for you.',
  },
  'code-refused': {
    status: 401,
    sts: 'AccessDenied',
    title: 'That code does not count',
    next: 'Wait for the next one. Each code counts once, and for a short time.',
  },
  'key-refused': {
    status: 401,
    sts: 'AccessDenied',
    title: 'That security key does not count',
    next: 'Try again, with a key that is registered for you. Each answer counts once.',
  },
  'second-factor-needed': {
    status: 403,
    sts: 'AccessDenied',
    title: 'A second factor is needed',
    next: 'Start again, and confirm with one of your MFA devices.',
  },
  'keys-not-allowed': {
    status: 403,
    sts: 'AccessDenied',
    title: 'You may not have security keys here',
    next: 'Ask whoever looks after this place: the settings say who may.',
  },
  'key-touch-needed': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Touch one of your keys first',
    next: 'Keys change within fifteen minutes of a touch, the first one of a sign-in.',
  },
  'no-key-yet': {
    status: 403,
    sts: 'AccessDenied',
    title: 'You have no security key yet',
    next: 'Add one in the portal under Your security, then start again.',
  },
  'touch-of-another': {
    status: 403,
    sts: 'AccessDenied',
    title: 'That terminal is of somebody else',
    next: 'Touch nothing. If it is yours, sign in here as the person who is signed in there.',
  },
  'touch-ended': {
    status: 410,
    sts: 'AccessDenied',
    title: 'This question has ended',
    next: 'Start the command again. It waits for five minutes, and each touch counts once.',
  },
  'key-name-unfit': {
    status: 400,
    sts: 'AccessDenied',
    title: 'That is no name for a key',
    next: 'Use up to 64 letters, digits, spaces and + = , . @ _ -',
  },
  'too-many-keys': {
    status: 409,
    sts: 'AccessDenied',
    title: 'You have as many keys as may be',
    next: 'Remove one of the eight, then add another.',
  },
  'account-disabled': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your account is switched off',
    next: 'Ask your help desk to switch it on.',
  },
  'account-expired': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your account has ended',
    next: 'Ask your help desk to extend it.',
  },
  'account-locked': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your account is locked',
    next: 'Wait a while and try again, or ask your help desk.',
  },
  'outside-hours': {
    status: 403,
    sts: 'AccessDenied',
    title: 'Your directory does not let you in at this hour',
    next: 'Try again within your hours, or ask your help desk.',
  },
  'directory-unavailable': {
    status: 503,
    sts: 'IDPCommunicationError',
    title: 'The directory does not answer',
    next: 'Nothing is wrong with your password. Try again in a minute.',
  },
  unavailable: {
    status: 503,
    sts: 'IDPCommunicationError',
    title: 'Signing in is not possible at this moment',
    next: 'Nothing is wrong with your password. Try again in a minute.',
  },
  busy: {
    status: 503,
    sts: 'IDPCommunicationError',
    title: 'Many people sign in at this moment',
    next: 'Nothing is wrong with your password. Try again in a minute.',
  },
  'too-many-tries': {
    status: 429,
    sts: 'Throttling',
    title: 'Too many tries',
    next: 'Wait a few minutes, then try again.',
  },
  'attempt-ended': {
    status: 400,
    sts: 'InvalidIdentityToken',
    title: 'This sign-in has ended',
    next: 'Start again. A sign-in page can be used once, and not after a long time.',
  },
  'sign-in-timed-out': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'Your sign-in timed out',
    next: 'It lasts for a set time. Sign in again to go on.',
  },
  'signed-out-everywhere': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'You signed out everywhere',
    next: 'That ended every session of yours. Sign in again to go on.',
  },
  'sign-in-revoked': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'Your sign-in was ended',
    next: 'Somebody who looks after the accounts ended it. Sign in again, or ask your help desk.',
  },
  'sign-in-withdrawn': {
    status: 403,
    sts: 'InvalidIdentityToken',
    title: 'The way you signed in is no longer open to you',
    next: 'It was taken away, or your entry in it was. Sign in another way, or ask your help desk.',
  },
  'sign-in-unconfirmed': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'Your sign-in could not be confirmed any more',
    next: 'The service that knows you did not answer for too long. Sign in again when it does.',
  },
  'signed-out-there': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'Your sign-in service signed you out',
    next: 'Your session here ended with the one there. Sign in again to go on.',
  },
  'assertion-refused': {
    status: 403,
    sts: 'InvalidIdentityToken',
    title: 'The answer of your sign-in service was not accepted',
    next: 'Start again. If it stays, give the reference to your help desk.',
  },
  'assertion-disputed': {
    status: 403,
    sts: 'InvalidIdentityToken',
    title: 'The answer of your sign-in service was not accepted',
    next: 'Give the reference to your help desk: starting again does not help.',
  },
  'assertion-expired': {
    status: 403,
    sts: 'ExpiredTokenException',
    title: 'This sign-in took too long',
    next: 'Start again. If it stays, give the reference to your help desk.',
  },
  'provider-refused': {
    status: 403,
    sts: 'IDPRejectedClaim',
    title: 'Your sign-in service did not sign you in',
    next: 'Start again. If it stays, give the reference to your help desk.',
  },
  'provider-declined': {
    status: 403,
    sts: 'IDPRejectedClaim',
    title: 'Your sign-in service did not let you through',
    next: 'Start again and agree there, or ask your help desk to give you access to this place.',
  },
  'stronger-needed': {
    status: 403,
    sts: 'IDPRejectedClaim',
    title: 'A stronger sign-in is needed',
    next: 'Start again, and confirm with your second factor when you are asked.',
  },
  'provider-misfit': {
    status: 502,
    sts: 'IDPCommunicationError',
    title: 'Your sign-in service and this place are not set up for each other',
    next: 'Nothing is wrong with your account. Give the reference to your help desk.',
  },
  'provider-unavailable': {
    status: 503,
    sts: 'IDPCommunicationError',
    title: 'Your sign-in service does not answer',
    next: 'Try again in a minute.',
  },
  'unknown-connector': {
    status: 404,
    sts: 'ValidationError',
    title: 'There is no such way to sign in',
    next: 'Choose one of the ways on the sign-in page.',
  },
  'no-grants': {
    status: 403,
    sts: 'AccessDenied',
    title: 'You are signed in, but have no role yet',
    next: 'Ask your team lead for a directory group that carries a role, then sign in again.',
  },
  'grant-refused': {
    status: 403,
    sts: 'AccessDenied',
    title: 'That role does not let you in',
    next: 'Choose another role, or ask its owner.',
  },
  'upstream-refused': {
    status: 403,
    sts: 'AccessDenied',
    title: 'The account behind that role refuses it',
    next: 'Give the reference to your help desk: the role there has to trust this place.',
  },
  'upstream-too-long': {
    status: 400,
    sts: 'ValidationError',
    title: 'The account behind that role does not give it for so long',
    next: 'Choose a shorter time, or give the reference to your help desk.',
  },
  'upstream-misfit': {
    status: 502,
    sts: 'ServiceUnavailable',
    title: 'This place and the account behind that role are not set up for each other',
    next: 'Nothing is wrong with your sign-in. Give the reference to your help desk.',
  },
  'upstream-unavailable': {
    status: 503,
    sts: 'ServiceUnavailable',
    title: 'The account behind that role does not answer',
    next: 'Nothing is wrong with your sign-in. Try again in a minute.',
  },
} as const

export type SignInCode = keyof typeof rows
export interface SignInRow {
  readonly status: number
  /** The code that an STS caller receives for the same refusal. */
  readonly sts: AwsFaultCode
  readonly title: string
  readonly next: string
}

/** What pages say of a sign-in that ended. */
export function signInRow(code: SignInCode): SignInRow {
  return rows[code]
}

export class SignInFault extends Error {
  readonly code: SignInCode
  /** For the operator: log and audit event only. Must contain no secret. */
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
