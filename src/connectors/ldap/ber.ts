/** Reports bytes that are not BER, or not what LDAP allows here. Holds no bytes of the message. */
export class NotLdap extends Error {
  constructor(what: string) {
    super(`the answer is not LDAP: ${what}`)
    this.name = 'NotLdap'
  }
}

/**
 * Reports an entry that breaks a limit or a rule, in a message whose end is known: the search that
 * found it fails, and the connection stays open. People can write parts of their own entries, so
 * one of them must not end the searches of others.
 */
export class UnreadableEntry extends NotLdap {
  constructor(what: string) {
    super(what)
    this.name = 'UnreadableEntry'
    this.message = `an entry cannot be read: ${what}`
  }
}

export interface Element {
  readonly tag: number
  readonly content: Buffer
}

/**
 * Returns header and content length of the element at the start of `bytes`; undefined while too few
 * bytes have arrived (X.690, 8.1.3).
 */
export function measure(
  bytes: Buffer,
): { readonly header: number; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes[1]!
  if (first < 0x80) return { header: 2, length: first }
  const octets = first & 0x7f
  // Only the definite form is allowed (RFC 4511, section 5.1). Lengths of more than four octets
  // exceed any message accepted here.
  if (octets === 0 || octets > 4) throw new NotLdap('a length out of bounds')
  if (bytes.length < 2 + octets) return undefined
  return { header: 2 + octets, length: bytes.readUIntBE(2, octets) }
}

/** Returns the elements that fill `bytes` exactly. */
export function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const size = measure(rest)
    if (!size || rest.length < size.header + size.length) throw new NotLdap('an element is cut off')
    const end = size.header + size.length
    found.push({ tag: rest[0]!, content: rest.subarray(size.header, end) })
    rest = rest.subarray(end)
  }
  return found
}

/**
 * Reads an INTEGER or ENUMERATED, not negative, of at most 31 bits: message ids and result codes.
 */
export function smallInteger(content: Buffer): number {
  if (content.length < 1 || content.length > 4 || content[0]! > 0x7f)
    throw new NotLdap('a number out of bounds')
  return content.readUIntBE(0, content.length)
}

export function encode(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const { length } = content
  if (length > 0xffff) throw new RangeError('a request of over 64 KiB')
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  const size = length < 0x80 ? [length] : long
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

export function encodeInteger(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  let skip = 0
  while (skip < 3 && bytes[skip] === 0 && bytes[skip + 1]! < 0x80) skip++
  return encode(tag, bytes.subarray(skip))
}
