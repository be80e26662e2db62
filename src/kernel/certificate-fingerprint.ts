import type { X509Certificate } from 'node:crypto'

/**
 * SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it, without colons and
 * in lower case.
 */
export function certificateFingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}
