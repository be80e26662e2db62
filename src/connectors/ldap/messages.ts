import { type Element, elements, encode, encodeInteger, NotLdap, smallInteger } from './ber.ts'

/**
 * The two exchanges that prove something: StartTLS and bind. They are read here, strictly, and not by
 * the search library: it takes a reply without a result code for success, and drops the controls of a refusal.
 */
export interface Exchange {
  readonly request: Buffer
  readonly messageId: number
  readonly answerTag: number
}

export interface Answer {
  readonly resultCode: number
  /** The directory's own words: for the operator. */
  readonly diagnostic: string
  /** Object identifier → value of each control (RFC 4511, section 4.1.11). */
  readonly controls: ReadonlyMap<string, Buffer>
}

export const passwordPolicyControl = '1.3.6.1.4.1.42.2.27.8.5.1'
const startTlsOid = '1.3.6.1.4.1.1466.20037'

const tag = { integer: 0x02, octets: 0x04, enumerated: 0x0a, sequence: 0x30, controls: 0xa0 } as const
const bindRequest = 0x60
const bindResponse = 0x61
const extendedRequest = 0x77
const extendedResponse = 0x78

/** Simple bind (RFC 4511, section 4.2) with the password-policy control, not critical: others ignore it. */
export function bindExchange(messageId: number, name: string, password: string): Exchange {
  const body = encode(bindRequest, encodeInteger(tag.integer, 3), encode(tag.octets, name), encode(0x80, password))
  const controls = encode(tag.controls, encode(tag.sequence, encode(tag.octets, passwordPolicyControl)))
  return { request: message(messageId, body, controls), messageId, answerTag: bindResponse }
}

/** RFC 4511, section 4.14. */
export function startTlsExchange(messageId: number): Exchange {
  return { request: message(messageId, encode(extendedRequest, encode(0x80, startTlsOid))), messageId, answerTag: extendedResponse }
}

function message(messageId: number, ...parts: readonly Buffer[]): Buffer {
  return encode(tag.sequence, encodeInteger(tag.integer, messageId), ...parts)
}

/** The answer to `exchange` in one whole LDAPMessage. Throws NotLdap for anything else, a notice of disconnection too. */
export function readAnswer(frame: Buffer, exchange: Pick<Exchange, 'messageId' | 'answerTag'>): Answer {
  const [envelope, surplus] = elements(frame)
  if (envelope?.tag !== tag.sequence || surplus) throw new NotLdap('no single message')
  const [id, operation, controls] = elements(envelope.content)
  if (id?.tag !== tag.integer) throw new NotLdap('no message id')
  if (smallInteger(id.content) !== exchange.messageId) throw new NotLdap('a message id that was not asked for')
  if (operation?.tag !== exchange.answerTag) throw new NotLdap('another kind of answer than was asked for')
  const [code, matched, diagnostic] = elements(operation.content)
  if (code?.tag !== tag.enumerated || matched?.tag !== tag.octets || diagnostic?.tag !== tag.octets) throw new NotLdap('no result')
  return {
    resultCode: smallInteger(code.content),
    diagnostic: diagnostic.content.toString('utf8').replace(/\p{Cc}+/gu, ' ').trim().slice(0, 300),
    controls: readControls(controls),
  }
}

function readControls(list: Element | undefined): ReadonlyMap<string, Buffer> {
  if (list?.tag !== tag.controls) return new Map()
  return new Map(elements(list.content).map((control) => {
    const [oid, ...rest] = elements(control.content)
    if (oid?.tag !== tag.octets) throw new NotLdap('a control without a name')
    return [oid.content.toString('latin1'), rest.find((element) => element.tag === tag.octets)?.content ?? Buffer.alloc(0)]
  }))
}
