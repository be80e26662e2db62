import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { oldestOf } from '../kernel/oldest-of.ts'
import type { Trust } from './forwarded.ts'

/** Headers in which a proxy that ends TLS tells of the client's certificate. */
export interface CertificateHeaders {
  /** The certificate: PEM as nginx escapes it, DER in base64, or as RFC 9440 has it. */
  readonly certificate: string
  /** `SUCCESS`: the proxy has verified it. */
  readonly verified: string
}

export interface ClientCertificate {
  readonly certificate: X509Certificate
  readonly verified: boolean
}

const mostCharacters = 16_384
/** One, since of several only the first would be read. */
const onePem = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/

/** What a trusted proxy says of the client's certificate; from anybody else nothing. */
export function clientCertificate(
  { headers, socket }: IncomingMessage,
  names: CertificateHeaders | undefined,
  trust: Trust,
): ClientCertificate | undefined {
  if (!names || !trust(socket.remoteAddress ?? '', 0)) return undefined
  const text = headers[names.certificate.toLowerCase()]
  if (typeof text !== 'string' || text === '' || text.length > mostCharacters) return undefined
  try {
    return {
      certificate: parsed(text),
      verified: headers[names.verified.toLowerCase()] === 'SUCCESS',
    }
  } catch {
    return undefined
  }
}

/**
 * By the header's text: a client shows the same one at each call, and parsing costs more than the
 * rest of the call's proof.
 */
const known = new Map<string, X509Certificate>()
const mostKnown = 500

function parsed(text: string): X509Certificate {
  const found = known.get(text)
  if (found) return found
  const made = new X509Certificate(pemOf(text))
  if (known.size >= mostKnown) for (const one of oldestOf(known)) known.delete(one)
  known.set(text, made)
  return made
}

function pemOf(text: string): string {
  const plain = text.includes('%') ? decodeURIComponent(text) : text
  if (onePem.test(plain)) return plain
  const der = /^:?([A-Za-z0-9+/=]+):?$/.exec(plain)?.[1] ?? ''
  return `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`
}
