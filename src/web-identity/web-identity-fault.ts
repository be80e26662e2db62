export type WebIdentityFaultCode = 'InvalidIdentityToken' | 'ExpiredTokenException' | 'IDPCommunicationError'

/** Why a token proves nobody, in STS's codes and, where the service's words are known, in its words. */
export class WebIdentityFault extends Error {
  readonly code: WebIdentityFaultCode
  /** For the operator's eyes. */
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
