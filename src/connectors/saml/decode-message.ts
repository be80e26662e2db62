import { inflateRawSync } from 'node:zlib'
import { messageLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

/** base64 of a message of the largest size, with room for line breaks. */
const mostCharacters = 150_000
const mostBytes = messageLimits.characters * 3

/** Strict base64 (RFC 4648, section 4), line breaks allowed. undefined when it is none. */
export function base64Bytes(text: string): Buffer | undefined {
  const plain = text.replace(/[\t\n\r ]+/g, '')
  if (plain === '' || plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined
  const bytes = Buffer.from(plain, 'base64')
  // Two texts of one meaning would be two keys of a replay guard.
  return bytes.toString('base64') === plain ? bytes : undefined
}

/** The XML text of a POST binding's parameter (SAML bindings, 3.5.4). Throws SamlFault. */
export function decodePosted(parameter: string): string {
  if (parameter.length > mostCharacters) throw new SamlFault('size', 'the message is too long', { found: `${parameter.length} characters`, expected: `at most ${mostCharacters}` })
  const bytes = base64Bytes(parameter)
  if (!bytes) throw new SamlFault('encoding', 'the message is not base64')
  return utf8(bytes)
}

/** The XML text of a Redirect binding's parameter (SAML bindings, 3.4.4.1). The cap holds after inflation. Throws SamlFault. */
export function decodeRedirected(parameter: string): string {
  if (parameter.length > mostCharacters) throw new SamlFault('size', 'the message is too long', { found: `${parameter.length} characters`, expected: `at most ${mostCharacters}` })
  const bytes = base64Bytes(parameter)
  if (!bytes) throw new SamlFault('encoding', 'the message is not base64')
  try {
    return utf8(inflateRawSync(bytes, { maxOutputLength: mostBytes }))
  } catch (error) {
    if (error instanceof SamlFault) throw error
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new SamlFault(tooLong ? 'size' : 'encoding', tooLong ? 'the message inflates to too much' : 'the message is not deflated', { cause: error })
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new SamlFault('encoding', 'the message is not UTF-8', { cause: error })
  }
}
