import { type Element, elements, measure, NotLdap, smallInteger, UnreadableEntry } from './ber.ts'

/**
 * One complete LDAPMessage (RFC 4511, section 4.1.1) in which every element's length was checked.
 */
export interface Message {
  readonly id: number
  readonly operation: Element
  /** Values of the controls by object identifier (RFC 4511, section 4.1.11). */
  readonly controls: ReadonlyMap<string, Buffer>
}

/** The content of a result: of a bind, of an extended operation, or at the end of a search. */
export interface Answer {
  readonly resultCode: number
  /** The nearest existing ancestor of an entry that does not exist. */
  readonly matchedDn: string
  /** The directory's own message, for the operator. */
  readonly diagnostic: string
  readonly controls: ReadonlyMap<string, Buffer>
}

export const tag = {
  integer: 0x02,
  octets: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
  controls: 0xa0,
} as const

/** A search entry needs five levels; controls with structured values need fewer than this. */
const maxDepth = 8
/** No person or group that is read here has an entry with more elements than this. */
const maxElements = 100_000

/** Which request a message answers, and the tag of its operation. */
export interface Head {
  readonly id: number
  readonly operation: number
}

/** Number of leading bytes that contain a message's head, whatever form its lengths have. */
export const headBytes = 32

/** Reads no further than the operation's tag; `bytes` may be cut off after it. Throws NotLdap. */
export function readHead(bytes: Buffer): Head {
  const envelope = measure(bytes)
  const rest = bytes.subarray(envelope?.header ?? bytes.length)
  const id = measure(rest)
  if (!id || rest[0] !== tag.integer) throw new NotLdap('no message id')
  const end = id.header + id.length
  const operation = rest[end]
  if (operation === undefined) throw new NotLdap('a message without an operation')
  return { id: smallInteger(rest.subarray(id.header, end)), operation }
}

/**
 * Reads one message. Throws UnreadableEntry for too many elements, and NotLdap for a length that
 * exceeds its parent, bytes after the last element, an indefinite length, a tag of several bytes,
 * and too deep nesting.
 */
export function readMessage(frame: Buffer): Message {
  walk(frame, 0, { left: maxElements })
  const [envelope, another] = elements(frame)
  if (envelope?.tag !== tag.sequence || another) throw new NotLdap('no single message')
  const [id, operation, controls, surplus] = elements(envelope.content)
  if (id?.tag !== tag.integer) throw new NotLdap('no message id')
  if (!operation) throw new NotLdap('a message without an operation')
  if ((controls && controls.tag !== tag.controls) || surplus)
    throw new NotLdap('more than a message holds')
  return { id: smallInteger(id.content), operation, controls: readControls(controls) }
}

/**
 * Reads an LDAPResult (RFC 4511, section 4.1.9). Throws NotLdap, also for one without a result
 * code.
 */
export function readResult({ operation, controls }: Message): Answer {
  const [code, matched, diagnostic] = elements(operation.content)
  if (code?.tag !== tag.enumerated || matched?.tag !== tag.octets || diagnostic?.tag !== tag.octets)
    throw new NotLdap('no result')
  return {
    resultCode: smallInteger(code.content),
    matchedDn: oneLine(matched.content),
    diagnostic: oneLine(diagnostic.content),
    controls,
  }
}

/** Checks, down to the values, that each element lies within its parent and fills it. */
function walk(bytes: Buffer, depth: number, elementsOf: { left: number }): void {
  if (depth > maxDepth) throw new NotLdap('elements nested too deep')
  for (let at = 0; at < bytes.length; ) {
    if (--elementsOf.left < 0) throw new UnreadableEntry('more elements than any entry has')
    const first = bytes[at]!
    if ((first & 0x1f) === 0x1f) throw new NotLdap('a tag of several bytes')
    const size = measure(bytes.subarray(at))
    if (!size || bytes.length - at < size.header + size.length)
      throw new NotLdap('an element is cut off')
    const end = at + size.header + size.length
    const constructed = (first & 0x20) !== 0
    if (constructed) walk(bytes.subarray(at + size.header, end), depth + 1, elementsOf)
    at = end
  }
}

function readControls(list: Element | undefined): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>()
  for (const control of list ? elements(list.content) : []) {
    if (control.tag !== tag.sequence) throw new NotLdap('a control that is none')
    const [oid, ...rest] = elements(control.content)
    if (oid?.tag !== tag.octets) throw new NotLdap('a control without a name')
    const name = oid.content.toString('latin1')
    if (found.has(name)) throw new NotLdap('one control twice')
    const value = rest.find((element) => element.tag === tag.octets)?.content
    found.set(name, value ?? Buffer.alloc(0))
  }
  return found
}

function oneLine(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
