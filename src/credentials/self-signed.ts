import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'

/** DER (X.690): tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const digits = body.length.toString(16)
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

const sequence = (...content: readonly Buffer[]) => der(0x30, ...content)
/** 1.2.840.113549.1.1.11, with its NULL. */
const sha256WithRsa = sequence(
  Buffer.from('06092a864886f70d01010b', 'hex'),
  Buffer.from('0500', 'hex'),
)
/** 2.5.4.3 */
const commonNameId = Buffer.from('0603550403', 'hex')

function instant(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  // RFC 5280, section 4.1.2.5: UTCTime for years up to 2049.
  return at.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${text.slice(2)}Z`))
    : der(0x18, Buffer.from(`${text}Z`))
}

export interface CertificateFields {
  /** At most 64 characters (RFC 5280, appendix A.1, `ub-common-name`). */
  readonly commonName: string
  readonly from: Date
  readonly until: Date
  /** 8 random bytes. */
  readonly serial: Buffer
}

/**
 * A self-signed certificate (RFC 5280) for an RSA key. SAML metadata carry keys in certificates,
 * and no one checks a chain. Throws RangeError when the name is too long.
 */
export function selfSigned(
  key: KeyObject,
  { commonName, from, until, serial }: CertificateFields,
): X509Certificate {
  if (commonName.length > 64) throw new RangeError('a common name has at most 64 characters')
  const name = sequence(der(0x31, sequence(commonNameId, der(0x0c, Buffer.from(commonName)))))
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const number = Buffer.concat([Buffer.from([0x01]), serial])
  const body = sequence(
    der(0x02, number),
    sha256WithRsa,
    name,
    sequence(instant(from), instant(until)),
    name,
    publicKey,
  )
  const certificate = sequence(
    body,
    sha256WithRsa,
    der(0x03, Buffer.from([0]), sign('sha256', body, key)),
  )
  return new X509Certificate(certificate)
}
