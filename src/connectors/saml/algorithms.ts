import { constants, type KeyObject, sign, verify } from 'node:crypto'

export interface SignatureAlgorithm {
  readonly hash: string
  readonly keyType: 'rsa' | 'ec'
  readonly pss?: true | undefined
  /** Refused unless the connector allows it. */
  readonly weak?: true | undefined
}

/**
 * The algorithms with a key pair from RFC 9231, section 2.3, and XML Signature 1.1, section 6.4.
 * HMAC is left out: no identity provider shares a secret key with us.
 */
export const signatureAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': { hash: 'sha256', keyType: 'rsa' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': { hash: 'sha384', keyType: 'rsa' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': { hash: 'sha512', keyType: 'rsa' },
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1': {
    hash: 'sha256',
    keyType: 'rsa',
    pss: true,
  },
  'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1': {
    hash: 'sha384',
    keyType: 'rsa',
    pss: true,
  },
  'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1': {
    hash: 'sha512',
    keyType: 'rsa',
    pss: true,
  },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': { hash: 'sha256', keyType: 'ec' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': { hash: 'sha384', keyType: 'ec' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': { hash: 'sha512', keyType: 'ec' },
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': { hash: 'sha1', keyType: 'rsa', weak: true },
}
export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

export const digestAlgorithms: Readonly<
  Record<string, { readonly hash: string; readonly weak?: true }>
> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': { hash: 'sha256' },
  'http://www.w3.org/2001/04/xmldsig-more#sha384': { hash: 'sha384' },
  'http://www.w3.org/2001/04/xmlenc#sha512': { hash: 'sha512' },
  'http://www.w3.org/2000/09/xmldsig#sha1': { hash: 'sha1', weak: true },
}
export const sha256Digest = 'http://www.w3.org/2001/04/xmlenc#sha256'

export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** Look up own properties only, so that `constructor` is not an algorithm. */
export function rowOf<T>(
  table: Readonly<Record<string, T>>,
  name: string | undefined,
): T | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}

export function holds(
  { hash, keyType, pss }: SignatureAlgorithm,
  key: KeyObject,
  data: string,
  signature: Buffer,
): boolean {
  if (key.asymmetricKeyType !== keyType) return false
  const options =
    keyType === 'ec'
      ? { key, dsaEncoding: 'ieee-p1363' as const }
      : { key, padding: pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING }
  return verify(hash, Buffer.from(data), options, signature)
}

/** Sign with RSA and SHA-256, which every identity provider accepts. */
export function signedText(data: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(data), { key, padding: constants.RSA_PKCS1_PADDING }).toString(
    'base64',
  )
}
