/** Why an upstream gave no credentials. */
export type UpstreamFaultCode =
  /** Its trust policy, or our policy there, does not let us take the role. */
  | 'refused'
  /** It does not know us: our credentials, or our issuer. */
  | 'not-known'
  | 'too-long'
  /** Tags and policies together are more than a session may carry. */
  | 'too-large'
  | 'malformed-policy'
  | 'region-disabled'
  | 'throttled'
  | 'unavailable'
  /** It answered something that is no answer of an STS. */
  | 'unfit-answer'
  /** So many calls are on their way already that another one is not begun. */
  | 'busy'
  /** What the session carries can't be handed on. */
  | 'unsupported'

/** `message` is for the operator: what the other side said, cut, without what was sent. */
export class UpstreamFault extends Error {
  readonly code: UpstreamFaultCode
  /** The other side's id of the call. */
  readonly requestId: string | undefined

  constructor(
    code: UpstreamFaultCode,
    message: string,
    { requestId, ...options }: ErrorOptions & { readonly requestId?: string | undefined } = {},
  ) {
    super(message, options)
    this.name = 'UpstreamFault'
    this.code = code
    this.requestId = requestId
  }
}
