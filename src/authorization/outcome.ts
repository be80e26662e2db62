/** What the caller is told, and with which HTTP status the service should answer. */
export interface Saying {
  readonly status: 200 | 400 | 401 | 403
  /** Names no policies. `{action}` and `{resource}` are those of the question. */
  readonly say: string
}

/**
 * Every outcome of a question. The codes are for the service's log; only `say` is meant for the
 * caller.
 */
export const outcomes = {
  Allowed: { status: 200, say: 'You may perform {action} on {resource}.' },
  ExplicitDeny: {
    status: 403,
    say: 'You may not perform {action} on {resource}: a rule forbids it.',
  },
  NotAllowed: {
    status: 403,
    say: 'You may not perform {action} on {resource}: nothing that you have allows it.',
  },
  ScopeMissing: {
    status: 403,
    say: 'You may not perform {action}: the token was given for less.',
  },
  InvalidToken: {
    status: 401,
    say: 'The token is not for this service, or has ended: get a new one.',
  },
  BoundToken: { status: 401, say: 'The token serves only with a proof that was not sent.' },
  NoRole: { status: 403, say: 'You have no role that this service lets in.' },
  NotSigned: { status: 401, say: 'The request carries no credentials: sign in.' },
  SignatureDoesNotMatch: {
    status: 401,
    say: 'The signature of the request is not right: check the clock and the credentials.',
  },
  ExpiredToken: { status: 401, say: 'Your session has ended: get new credentials.' },
  InvalidClientTokenId: {
    status: 401,
    say: 'The credentials are not known, or no longer: get new ones.',
  },
  WrongService: { status: 401, say: 'The request was signed for another service.' },
  WrongRegion: { status: 401, say: 'The request was signed for another region.' },
  WrongHost: { status: 401, say: 'The request was signed for another host.' },
  UnclearRequest: {
    status: 400,
    say: 'The path or headers of the request can be read in two ways: write them plainly.',
  },
  UnsignedHeader: {
    status: 401,
    say: 'A header that this service acts on has to be signed.',
  },
  UnprovedPayload: {
    status: 401,
    say: 'The body of the request is not the one that was signed, or was not signed.',
  },
  Replayed: { status: 401, say: 'This request was used before: sign a new one.' },
  NotPresigned: {
    status: 401,
    say: 'This service takes no presigned requests, or not for so long.',
  },
} as const satisfies Readonly<Record<string, Saying>>

export type OutcomeCode = keyof typeof outcomes

/** Why a request proves nobody; `detail` is for the service's log. */
export class Unproved extends Error {
  readonly code: OutcomeCode
  constructor(code: OutcomeCode, detail: string) {
    super(detail)
    this.name = 'Unproved'
    this.code = code
  }
}

/** The sentence for the caller, with the reference under which the audit event is found. */
export function sayingOf(
  code: OutcomeCode,
  { action, resource }: { readonly action: string; readonly resource: string },
  reference: string,
): string {
  const { say } = outcomes[code] as Saying
  const text = say.replace('{action}', () => action).replace('{resource}', () => resource)
  return code === 'Allowed' ? text : `${text} Reference: ${reference}`
}
