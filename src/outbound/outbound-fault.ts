/** Why an outbound request failed. */
export type OutboundFaultCode =
  /** Not https, or a URL with user info. */
  | 'url-refused'
  /**
   * The name resolves to an address that is not public, and the `resolve` table does not name it.
   */
  | 'address-refused'
  | 'unreachable'
  /** The certificate has no trusted issuer, is for another name, or is not valid now. */
  | 'untrusted'
  | 'timeout'
  | 'too-large'
  | 'redirect'
  | 'encoded'
  | 'closed'

/**
 * Thrown by the outbound port only. The message is for the operator: it names the host, and never
 * includes what was sent.
 */
export class OutboundFault extends Error {
  readonly code: OutboundFaultCode

  constructor(code: OutboundFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundFault'
    this.code = code
  }
}
