import { inflateRawSync } from 'node:zlib'
import { decodeXml } from './decode-xml.ts'
import { messageLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

/** Base64 of a message of the largest size, with room for line breaks. */
const mostCharacters = 150_000
const mostBytes = messageLimits.characters * 3

/**
 * Decode strict base64 (RFC 4648, section 4), with line breaks allowed. Returns undefined for other
 * text.
 */
export function base64Bytes(text: string): Buffer | undefined {
  const plain = text.replace(/[\t\n\r ]+/g, '')
  if (plain === '' || plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain))
    return undefined
  const bytes = Buffer.from(plain, 'base64')
  // Refuse a second encoding of the same bytes, which would be another key for the replay guard.
  return bytes.toString('base64') === plain ? bytes : undefined
}

/** Return the XML text of a POST binding's parameter (SAML bindings, 3.5.4). Throws SamlFault. */
export function decodePosted(parameter: string): string {
  if (parameter.length > mostCharacters)
    throw new SamlFault('size', 'the message is too long', {
      found: `${parameter.length} characters`,
      expected: `at most ${mostCharacters}`,
    })
  const bytes = base64Bytes(parameter)
  if (!bytes) throw new SamlFault('encoding', 'the message is not base64')
  return decodeXml(bytes)
}

/**
 * Return the XML text of a Redirect binding's parameter (SAML bindings, 3.4.4.1). The size limit
 * applies after inflation. Throws SamlFault.
 */
export function decodeRedirected(parameter: string): string {
  if (parameter.length > mostCharacters)
    throw new SamlFault('size', 'the message is too long', {
      found: `${parameter.length} characters`,
      expected: `at most ${mostCharacters}`,
    })
  const bytes = base64Bytes(parameter)
  if (!bytes) throw new SamlFault('encoding', 'the message is not base64')
  try {
    return decodeXml(inflateRawSync(bytes, { maxOutputLength: mostBytes }))
  } catch (error) {
    if (error instanceof SamlFault) throw error
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new SamlFault(
      tooLong ? 'size' : 'encoding',
      tooLong ? 'the message inflates to too much' : 'the message is not deflated',
      { cause: error },
    )
  }
}
