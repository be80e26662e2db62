export type WebIdentityFaultCode =
  | 'InvalidIdentityToken'
  | 'ExpiredTokenException'
  | 'IDPCommunicationError'

/** Why a token was refused: STS's code and, where it is known, the service's wording. */
export class WebIdentityFault extends Error {
  readonly code: WebIdentityFaultCode
  /** For the operator only. */
  readonly detail: string | undefined

  constructor(code: WebIdentityFaultCode, message: string, detail?: string) {
    super(message)
    this.name = 'WebIdentityFault'
    this.code = code
    this.detail = detail
  }
}

export function invalidToken(message: string, detail?: string): WebIdentityFault {
  return new WebIdentityFault('InvalidIdentityToken', message, detail)
}
