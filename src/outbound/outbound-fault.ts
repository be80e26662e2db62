/** Why a request of ours came to nothing. */
export type OutboundFaultCode =
  /** Not https, or a URL with user info. */
  | 'url-refused'
  /** The name stands for no public address, and the `resolve` table does not name it. */
  | 'address-refused'
  | 'unreachable'
  /** The certificate is not of an authority that we trust, not of this name, or not valid now. */
  | 'untrusted'
  | 'timeout' | 'too-large' | 'redirect' | 'encoded' | 'closed'

/** Thrown by the outbound port only. The message is for the operator: it names the host, never what was sent. */
export class OutboundFault extends Error {
  readonly code: OutboundFaultCode

  constructor(code: OutboundFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundFault'
    this.code = code
  }
}
