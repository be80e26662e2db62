import {
  createPublicKey,
  hash,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { certificateFingerprint } from '../../kernel/certificate-fingerprint.ts'
import { base64Bytes } from './decode-message.ts'
import { anywhere, attributeOf, isNamed, type Namespace, onlyChild, textOf } from './elements.ts'
import { SamlFault } from './saml-fault.ts'
import type { SigningKey } from './signature.ts'

const leastRsaBits = 2048
/** Each of them is tried on a message that anybody may post. */
const mostKeys = 50

export interface DescribedKeys {
  readonly keys: readonly SigningKey[]
  /** Why other keys were left out, one line for each. */
  readonly unfit: readonly string[]
}

/**
 * Read the keys of `KeyDescriptor`s. Skip and report an unusable key instead of refusing the
 * document, which would keep a withdrawn key in force. A bare key counts only in a descriptor
 * without a certificate. Throws SamlFault for more than 50 keys.
 */
export function describedKeys(descriptors: readonly Element[]): DescribedKeys {
  const keys: SigningKey[] = []
  const unfit: string[] = []
  const add = (make: () => SigningKey) => {
    try {
      const made = make()
      if (!keys.some(({ fingerprint }) => fingerprint === made.fingerprint)) keys.push(made)
    } catch (error) {
      if (!(error instanceof SamlFault)) throw error
      unfit.push(error.detail)
    }
  }
  for (const descriptor of descriptors) {
    if (keys.length > mostKeys) break
    const certificates = named(descriptor, 'ds', 'X509Certificate')
    for (const one of certificates) add(() => certificateKey(base64Bytes(textOf(one))))
    if (certificates.length > 0) continue
    for (const one of named(descriptor, 'ds', 'RSAKeyValue')) add(() => bareKey(rsaKey(one)))
    for (const one of named(descriptor, 'dsig11', 'ECKeyValue')) add(() => bareKey(ecKey(one)))
    for (const one of named(descriptor, 'dsig11', 'DEREncodedKeyValue'))
      add(() => bareKey(derKey(one)))
  }
  if (keys.length > mostKeys)
    throw new SamlFault('metadata', `the metadata have more than ${mostKeys} signing keys`)
  return { keys, unfit }
}

function named(root: Element, space: Namespace, name: string): readonly Element[] {
  return anywhere(root, name).filter((one) => isNamed(one, space, name))
}

/** Read the keys of one or several PEM certificates in a text. Throws SamlFault. */
export function pemKeys(text: string): readonly SigningKey[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0)
    throw new SamlFault('metadata', 'expected PEM: `-----BEGIN CERTIFICATE-----`')
  return blocks.map(certificateKey)
}

function certificateKey(source: Buffer | string | undefined): SigningKey {
  const certificate = source === undefined ? undefined : certificateOf(source)
  if (!certificate) throw new SamlFault('metadata', 'a certificate cannot be read')
  return {
    key: fit(certificate.publicKey),
    fingerprint: certificateFingerprint(certificate),
    expiresAt: certificate.validToDate,
  }
}

function certificateOf(source: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(source)
  } catch {
    return undefined
  }
}

/** Identify a bare key by the hash of its `SubjectPublicKeyInfo`; it has no expiry. */
function bareKey(key: KeyObject): SigningKey {
  return {
    key: fit(key),
    fingerprint: hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex'),
  }
}

function fit(key: KeyObject): KeyObject {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  const { asymmetricKeyType: type } = key
  const fits = type === 'rsa' ? modulusLength >= leastRsaBits && publicExponent > 2n : type === 'ec'
  if (!fits)
    throw new SamlFault('metadata', 'the signing key is too weak or of an unknown kind', {
      found: `${type} ${modulusLength || ''}`.trim(),
      expected: `RSA of ${leastRsaBits} bits or more, or EC`,
    })
  return key
}

/** Read an `RSAKeyValue` (XML Signature 1.1, section 4.5.2.2). */
function rsaKey(value: Element): KeyObject {
  const number = (name: string) => bytesOf(onlyChild(value, 'ds', name)).toString('base64url')
  return jwkKey({ kty: 'RSA', n: number('Modulus'), e: number('Exponent') })
}

/** Named curves by their object identifiers (RFC 5480, section 2.1.1.1). */
const curves: Readonly<Record<string, string>> = {
  'urn:oid:1.2.840.10045.3.1.7': 'P-256',
  'urn:oid:1.3.132.0.34': 'P-384',
  'urn:oid:1.3.132.0.35': 'P-521',
}

/**
 * Read an `ECKeyValue` with a named curve and an uncompressed point (XML Signature 1.1, section
 * 4.5.2.3).
 */
function ecKey(value: Element): KeyObject {
  const uri = attributeOf(onlyChild(value, 'dsig11', 'NamedCurve'), 'URI') ?? ''
  const crv = Object.hasOwn(curves, uri) ? curves[uri]! : undefined
  if (crv === undefined) throw new SamlFault('metadata', 'an unknown curve', { found: uri })
  const point = bytesOf(onlyChild(value, 'dsig11', 'PublicKey'))
  const half = (point.length - 1) / 2
  if (point[0] !== 4 || !Number.isInteger(half)) throw unreadable()
  const part = (from: number) => point.subarray(from, from + half).toString('base64url')
  return jwkKey({ kty: 'EC', crv, x: part(1), y: part(1 + half) })
}

function jwkKey(key: JsonWebKey): KeyObject {
  return readKey(() => createPublicKey({ key, format: 'jwk' }))
}

function derKey(value: Element): KeyObject {
  const key = bytesOf(value)
  return readKey(() => createPublicKey({ key, format: 'der', type: 'spki' }))
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch (error) {
    throw unreadable(error)
  }
}

function bytesOf(element: Element): Buffer {
  const bytes = base64Bytes(textOf(element))
  if (!bytes) throw unreadable()
  return bytes
}

const unreadable = (cause?: unknown) => new SamlFault('metadata', 'a key cannot be read', { cause })
