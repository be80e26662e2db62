import { SamlFault } from './saml-fault.ts'

/** Decoders by the encoding name of an XML declaration, in lower case. */
const decoders: Readonly<Record<string, (bytes: Buffer) => string>> = {
  'utf-8': (bytes) => fatally('utf-8', bytes),
  'us-ascii': ascii,
  'utf-16': (bytes) => fatally('utf-16be', bytes),
  'utf-16le': (bytes) => fatally('utf-16le', bytes),
  'utf-16be': (bytes) => fatally('utf-16be', bytes),
  // Use Node's decoder: `TextDecoder` reads this name as windows-1252.
  'iso-8859-1': (bytes) => bytes.toString('latin1'),
}
const declared = /^<\?xml\s[^>]{0,80}?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/

/** Whether a document may declare this encoding; case does not matter. */
export const isKnown = (encoding: string) => Object.hasOwn(decoders, encoding.toLowerCase())

/**
 * Decode an XML document (XML 1.0, section 4.3.3 and appendix F) by its byte order mark, else by
 * its declaration, else as UTF-8. Throws SamlFault for another encoding and for bytes that are
 * invalid in the encoding.
 */
export function decodeXml(bytes: Buffer): string {
  const encoding = encodingOf(bytes)
  if (!isKnown(encoding))
    throw new SamlFault('encoding', 'an encoding that is not known', { found: encoding })
  return decoders[encoding]!(bytes)
}

function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  // Without a byte order mark, detect UTF-16 by the first character `<`.
  if (first === 0 && second === 0x3c) return 'utf-16be'
  if (first === 0x3c && second === 0) return 'utf-16le'
  if (first === 0xef) return 'utf-8'
  const name = declared.exec(bytes.toString('latin1', 0, 200))?.[1]?.toLowerCase() ?? 'utf-8'
  // Refuse a wrong declaration: by the checks above, the bytes are not UTF-16.
  if (name.startsWith('utf-16')) throw notOf(name)
  return name
}

function fatally(encoding: string, bytes: Buffer): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw notOf(encoding, error)
  }
}

function ascii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7f)) throw notOf('us-ascii')
  return bytes.toString('latin1')
}

function notOf(encoding: string, cause?: unknown): SamlFault {
  return new SamlFault('encoding', `the message is not ${encoding.toUpperCase()}`, { cause })
}
