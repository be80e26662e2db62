import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { issuedBy, readCertificates } from '../../../credentials/read-certificate.ts'
import type { Call } from '../../operation.ts'
import { quotas } from '../quotas.ts'

interface Uploaded {
  readonly CertificateBody: string
  readonly PrivateKey: string
  readonly CertificateChain?: string | undefined
}
type Faults = Pick<Call<'KeyPairMismatch' | 'MalformedCertificate'>, 'fault'>

/**
 * Returns the certificate if the private key is its own and each certificate of the chain issued
 * the one before it. Throws MalformedCertificate and KeyPairMismatch.
 */
export function checkKeyPair(input: Uploaded, call: Faults): X509Certificate {
  const certificate = readCertificates(input.CertificateBody, 1)?.[0]
  if (!certificate)
    throw call.fault(
      'MalformedCertificate',
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    )
  checkChain(certificate, input.CertificateChain, call)
  const key = privateKeyOf(input.PrivateKey)
  if (!key)
    throw call.fault(
      'MalformedCertificate',
      'Unable to parse key. Please ensure the key is in PEM format and not encrypted.',
    )
  if (!certificate.checkPrivateKey(key))
    throw call.fault('KeyPairMismatch', 'The public and private keys do not match.')
  return certificate
}

function checkChain(
  certificate: X509Certificate,
  text: string | undefined,
  { fault }: Faults,
): void {
  if (text === undefined) return
  const chain = readCertificates(text, quotas.certificatesInChain)
  if (!chain)
    throw fault(
      'MalformedCertificate',
      'Unable to parse certificate chain. Please ensure the certificate chain is in PEM format.',
    )
  const each = [certificate, ...chain]
  if (!chain.every((issuer, at) => issuedBy(each[at]!, issuer)))
    throw fault(
      'MalformedCertificate',
      'Unable to validate certificate chain. The certificate chain must start with the ' +
        'immediate signing certificate, followed by any intermediaries in order.',
    )
}

/** Only unencrypted PEM: without a passphrase, nothing asks for one. */
function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    return undefined
  }
}
