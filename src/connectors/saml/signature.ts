import { hash, type KeyObject, timingSafeEqual, X509Certificate } from 'node:crypto'
import { certificateFingerprint } from '../../kernel/certificate-fingerprint.ts'
import {
  digestAlgorithms,
  envelopedSignature,
  exclusiveC14n,
  holds,
  rowOf,
  signatureAlgorithms,
} from './algorithms.ts'
import { canonical } from './canonical.ts'
import { base64Bytes } from './decode-message.ts'
import {
  anywhere,
  attributeOf,
  childElements,
  childrenNamed,
  isNamed,
  optionalChild,
  textOf,
} from './elements.ts'
import { messageLimits, parseXml, type XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

/**
 * A key that may sign messages of the identity provider. It comes from the configuration, never
 * from the message.
 */
export interface SigningKey {
  readonly key: KeyObject
  /** SHA-256 of the certificate or the key, 64 hexadecimal digits. */
  readonly fingerprint: string
  readonly expiresAt?: Date | undefined
}

export interface Signed {
  /** Parsed again from exactly the bytes that were signed. */
  readonly element: Element
  readonly key: SigningKey
  readonly algorithm: string
}

/** Canonical form may repeat namespaces, so it is longer than the message, but not by much. */
const signedLimits = { ...messageLimits, characters: 2 * messageLimits.characters }

/**
 * Verify the one signature that is a direct child of `element` and covers it, and return the signed
 * content. One fixed profile is accepted (SAML core, 5.4): a single Reference to the element's own
 * ID, then enveloped signature and exclusive canonicalization, in this order. `KeyInfo` is not used
 * for verification. Throws SamlFault.
 */
export function verified(
  element: Element,
  keys: readonly SigningKey[],
  { weak }: { readonly weak: boolean },
  limits: XmlLimits = signedLimits,
): Signed {
  const statement = takeSignature(element, weak)
  // First, because it costs little: only what a key of ours has signed is made canonical.
  const key = signerOf(statement, keys)
  const bytes = canonical(element, statement.prefixes)
  checkDigest(statement, hash(statement.digest.hash, bytes, 'buffer'))
  return { element: parseXml(bytes, limits), key, algorithm: statement.algorithm }
}

/** What a signature states about the element that carries it. Not verified yet. */
export interface Statement extends Profile {
  /** `SignedInfo` in canonical form, which `value` signs. */
  readonly infoText: string
  readonly value: Buffer
  readonly keyInfo: Element | undefined
}

/**
 * Read the one signature that is a direct child of `element` and states to cover it, and remove it
 * from there, as the enveloped-signature transform does. Throws SamlFault.
 */
export function takeSignature(element: Element, weak: boolean): Statement {
  const signatures = childrenNamed(element, 'ds', 'Signature')
  if (signatures.length !== 1) {
    const carried = signatures.length === 0 ? 'no signature' : 'several signatures'
    throw new SamlFault('signature', `\`${element.localName}\` carries ${carried}`)
  }
  const signature = signatures[0]!
  const [signedInfo, signatureValue, ...rest] = expectChildren(
    signature,
    ['SignedInfo', 'SignatureValue'],
    ['KeyInfo'],
  )
  if (rest.some((one) => anywhere(one, 'Assertion').length > 0))
    throw new SamlFault('structure', 'an assertion inside a signature')
  const { algorithm, digest, prefixes } = profileOf(signedInfo!, element, weak)
  const value = base64Bytes(textOf(signatureValue!))
  if (!value) throw new SamlFault('signature', '`SignatureValue` is not base64')

  const infoText = canonical(signedInfo!, undefined)
  const info = parseXml(infoText)
  // Read the profile again from the canonical bytes, so that what is read is what was signed.
  const stated = profileOf(info, element, weak)
  if (stated.digest.value !== digest.value || stated.algorithm !== algorithm)
    throw new SamlFault('signature', '`SignedInfo` reads differently once it is canonical')

  element.removeChild(signature)
  return { algorithm, digest, prefixes, infoText, value, keyInfo: rest[0] }
}

/** `actual` is the hash of the canonical form of what the signature covers. Throws SamlFault. */
export function checkDigest({ digest }: Pick<Statement, 'digest'>, actual: Buffer): void {
  const wanted = Buffer.from(digest.value, 'base64')
  if (actual.length !== wanted.length || !timingSafeEqual(actual, wanted))
    throw new SamlFault('digest', 'the content is not what was signed')
}

/** Return the key that made the signature. Throws SamlFault when it is none of `keys`. */
export function signerOf(
  { algorithm, infoText, value, keyInfo }: Statement,
  keys: readonly SigningKey[],
): SigningKey {
  const row = rowOf(signatureAlgorithms, algorithm)!
  const key = keys.find((one) => holds(row, one.key, infoText, value))
  if (!key) throw unknownKey(keyInfo, keys)
  return key
}

interface Profile {
  readonly algorithm: string
  readonly digest: { readonly hash: string; readonly value: string }
  readonly prefixes: readonly string[] | undefined
}

function profileOf(signedInfo: Element, element: Element, weak: boolean): Profile {
  const [method, signatureMethod, reference] = expectChildren(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ])
  expectAlgorithm(method!, exclusiveC14n)
  const algorithm = attributeOf(signatureMethod!, 'Algorithm') ?? ''
  const row = rowOf(signatureAlgorithms, algorithm)
  if (!row)
    throw new SamlFault('algorithm', 'the signature algorithm is not accepted', {
      found: algorithm,
    })
  if (row.weak && !weak)
    throw new SamlFault(
      'algorithm',
      'the signature algorithm is weak: `allowWeakAlgorithms` would accept it',
      { found: algorithm },
    )
  const id = attributeOf(element, 'ID')
  const uri = attributeOf(reference!, 'URI')
  if (!id || uri !== `#${id}`)
    throw new SamlFault('signature', 'the signature covers another element', {
      found: uri ?? 'nothing',
      expected: `#${id}`,
    })
  const [transforms, digestMethod, digestValue] = expectChildren(reference!, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ])
  const [enveloped, exclusive] = expectChildren(transforms!, ['Transform', 'Transform'])
  expectAlgorithm(enveloped!, envelopedSignature)
  if (childElements(enveloped!).length > 0)
    throw new SamlFault('signature', 'the enveloped transform has parameters')
  expectAlgorithm(exclusive!, exclusiveC14n)
  const digestName = attributeOf(digestMethod!, 'Algorithm')
  const digest = rowOf(digestAlgorithms, digestName)
  if (!digest)
    throw new SamlFault('algorithm', 'the digest algorithm is not accepted', { found: digestName })
  if (digest.weak && !weak)
    throw new SamlFault(
      'algorithm',
      'the digest algorithm is weak: `allowWeakAlgorithms` would accept it',
      { found: digestName },
    )
  const value = base64Bytes(textOf(digestValue!))
  if (!value) throw new SamlFault('signature', '`DigestValue` is not base64')
  return {
    algorithm,
    digest: { hash: digest.hash, value: value.toString('base64') },
    prefixes: prefixesOf(exclusive!),
  }
}

/**
 * Require exactly these children of XML Signature, in this order; the `optional` ones may follow,
 * once each.
 */
function expectChildren(
  parent: Element,
  names: readonly string[],
  optional: readonly string[] = [],
): readonly Element[] {
  const children = childElements(parent)
  const fits =
    children.length >= names.length &&
    children.length <= names.length + optional.length &&
    children.every((child, at) =>
      at < names.length
        ? isNamed(child, 'ds', names[at]!)
        : optional.some((name) => isNamed(child, 'ds', name)),
    )
  if (!fits)
    throw new SamlFault(
      'structure',
      `\`${parent.localName}\` does not have the children that it must have`,
      { found: children.map(({ localName }) => localName).join(' '), expected: names.join(' ') },
    )
  return children
}

function expectAlgorithm(element: Element, algorithm: string): void {
  const found = attributeOf(element, 'Algorithm')
  if (found !== algorithm)
    throw new SamlFault(
      'algorithm',
      `\`${element.localName}\` names an algorithm that is not accepted`,
      { found, expected: algorithm },
    )
}

function prefixesOf(transform: Element): readonly string[] | undefined {
  const inclusive = optionalChild(transform, 'ec', 'InclusiveNamespaces')
  if (childElements(transform).length !== (inclusive ? 1 : 0))
    throw new SamlFault('structure', 'a transform has children that are not known')
  const list = inclusive && attributeOf(inclusive, 'PrefixList')
  return list === undefined ? undefined : list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '')
}

/**
 * Report a changed signing key as such. The certificate in the message is shown to the operator and
 * never trusted.
 */
function unknownKey(keyInfo: Element | undefined, keys: readonly SigningKey[]): SamlFault {
  const expected = keys.map(({ fingerprint }) => fingerprint.slice(0, 16)).join(' or ')
  const shown = keyInfo && shownFingerprint(keyInfo)
  if (shown !== undefined && !keys.some(({ fingerprint }) => fingerprint === shown)) {
    return new SamlFault(
      'signing-key',
      'signed with a key that is not configured: did the identity provider change its certificate?',
      { found: shown.slice(0, 16), expected },
    )
  }
  return new SamlFault('signature', 'the signature is of none of the configured keys', { expected })
}

function shownFingerprint(keyInfo: Element): string | undefined {
  const found = anywhere(keyInfo, 'X509Certificate')[0]
  try {
    const der = found && base64Bytes(textOf(found))
    return der && certificateFingerprint(new X509Certificate(der))
  } catch {
    return undefined
  }
}
