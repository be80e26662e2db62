/**
 * Codes that any operation may answer, beside those that its model declares.
 * Statuses as the services send them (protocol facts; IAM API reference, "Common Errors").
 */
export const commonFaults = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MalformedQueryString: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const

export type CommonFaultCode = keyof typeof commonFaults

/** An answer in AWS's own terms; `message` keeps AWS's wording because clients match on it. */
export class AwsFault extends Error {
  readonly code: string
  readonly status: number
  /** Follows the message on the wire and stands in no log or event: what only some may read. */
  readonly sealed: string | undefined

  constructor(code: string, status: number, message: string, { sealed, ...options }: ErrorOptions & { readonly sealed?: string | undefined } = {}) {
    super(message, options)
    this.name = 'AwsFault'
    this.code = code
    this.status = status
    this.sealed = sealed
  }
}

export function commonFault(code: CommonFaultCode, message: string, options?: ConstructorParameters<typeof AwsFault>[3]): AwsFault {
  return new AwsFault(code, commonFaults[code], message, options)
}
