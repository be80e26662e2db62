import { X509Certificate } from 'node:crypto'

const block = '-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----'
const blocks = new RegExp(block, 'g')
const nothingElse = new RegExp(`^(?:\\s*${block})+\\s*$`)

/**
 * Reads a text of PEM certificates (RFC 7468) with nothing between them but white space. Returns
 * undefined for another text, and for more than `most` certificates.
 */
export function readCertificates(text: string, most: number): X509Certificate[] | undefined {
  const found = text.match(blocks) ?? []
  if (found.length > most || !nothingElse.test(text)) return undefined
  try {
    return found.map((pem) => new X509Certificate(pem))
  } catch {
    return undefined
  }
}

/** Whether `issuer` signed `certificate`, by name and by signature. */
export function issuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
