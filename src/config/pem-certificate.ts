import { X509Certificate } from 'node:crypto'

/** Whether a text is one certificate in PEM. */
export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0 && pem.split('-----BEGIN').length === 2
  } catch {
    return false
  }
}
