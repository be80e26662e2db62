import { X509Certificate } from 'node:crypto'

/** Longer subjects are cut: they come from whoever made the certificate. */
const mostSubject = 200

/** What a person looks for in a certificate; undefined: it can't be read. */
export function certificateFacts(
  pem: string,
): { readonly subject: string; readonly until: Date } | undefined {
  try {
    const { subject, validToDate } = new X509Certificate(pem)
    return { subject: subject.replaceAll('\n', ', ').slice(0, mostSubject), until: validToDate }
  } catch {
    return undefined
  }
}
