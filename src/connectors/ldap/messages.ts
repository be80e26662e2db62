import { encode, encodeInteger, NotLdap } from './ber.ts'
import { type Answer, readMessage, readResult, tag } from './read-message.ts'

/** A request and its single answer: StartTLS or bind. */
export interface Exchange {
  readonly request: Buffer
  readonly messageId: number
  readonly answerTag: number
}

export const passwordPolicyControl = '1.3.6.1.4.1.42.2.27.8.5.1'
const startTlsOid = '1.3.6.1.4.1.1466.20037'

const bindRequest = 0x60
const bindResponse = 0x61
const extendedRequest = 0x77
const extendedResponse = 0x78

/**
 * Makes a simple bind (RFC 4511, section 4.2) with the password-policy control, marked not critical
 * so that directories that do not know it ignore it.
 */
export function bindExchange(messageId: number, name: string, password: string): Exchange {
  const body = encode(
    bindRequest,
    encodeInteger(tag.integer, 3),
    encode(tag.octets, name),
    encode(0x80, password),
  )
  const controls = encode(
    tag.controls,
    encode(tag.sequence, encode(tag.octets, passwordPolicyControl)),
  )
  return { request: message(messageId, body, controls), messageId, answerTag: bindResponse }
}

/** Makes a StartTLS request (RFC 4511, section 4.14). */
export function startTlsExchange(messageId: number): Exchange {
  return {
    request: message(messageId, encode(extendedRequest, encode(0x80, startTlsOid))),
    messageId,
    answerTag: extendedResponse,
  }
}

function message(messageId: number, ...parts: readonly Buffer[]): Buffer {
  return encode(tag.sequence, encodeInteger(tag.integer, messageId), ...parts)
}

/**
 * Reads the answer to `exchange` from one whole LDAPMessage. Throws NotLdap for anything else,
 * including a notice of disconnection.
 */
export function readAnswer(
  frame: Buffer,
  exchange: Pick<Exchange, 'messageId' | 'answerTag'>,
): Answer {
  const message = readMessage(frame)
  if (message.id !== exchange.messageId) throw new NotLdap('a message id that was not asked for')
  if (message.operation.tag !== exchange.answerTag)
    throw new NotLdap('another kind of answer than was asked for')
  return readResult(message)
}
