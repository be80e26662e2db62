import { hash, type KeyObject, timingSafeEqual, X509Certificate } from 'node:crypto'
import { createRequire } from 'node:module'
import type * as XmlCrypto from 'xml-crypto'
import { digestAlgorithms, envelopedSignature, exclusiveC14n, holds, rowOf, signatureAlgorithms } from './algorithms.ts'
import { base64Bytes } from './decode-message.ts'
import { anywhere, attributeOf, childElements, childrenNamed, isNamed, optionalChild, textOf } from './elements.ts'
import { messageLimits, parseXml, type XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

// Loaded with the first message: a house without SAML does without its memory.
const load = createRequire(import.meta.url)
const xmlCrypto = (): typeof XmlCrypto => load('xml-crypto')

/** A key that a message of the identity provider may be signed with. From the configuration, never from the message. */
export interface SigningKey {
  readonly key: KeyObject
  /** SHA-256 of the certificate or the key, 64 hexadecimal digits. */
  readonly fingerprint: string
  readonly expiresAt?: Date
}

export interface Signed {
  /** Parsed anew from exactly the bytes that were signed, and nothing else. */
  readonly element: Element
  readonly key: SigningKey
  readonly algorithm: string
}

/** Canonical form may repeat namespaces: it is longer than what came, never by much. */
const signedLimits = { ...messageLimits, characters: 2 * messageLimits.characters }

/**
 * Verifies the one signature that stands directly in `element` and covers it, and answers what was signed. One fixed profile (SAML
 * core, 5.4): a single Reference to the element's own ID, enveloped signature and exclusive canonicalization, in this order.
 * `KeyInfo` is not read. Throws SamlFault.
 */
export function verified(element: Element, keys: readonly SigningKey[], { weak }: { readonly weak: boolean }, limits: XmlLimits = signedLimits): Signed {
  const signatures = childrenNamed(element, 'ds', 'Signature')
  if (signatures.length !== 1) throw new SamlFault('signature', `\`${element.localName}\` carries ${signatures.length === 0 ? 'no signature' : 'several signatures'}`)
  const signature = signatures[0]!
  const [signedInfo, signatureValue, ...rest] = expectChildren(signature, ['SignedInfo', 'SignatureValue'], ['KeyInfo'])
  if (rest.some((one) => anywhere(one, 'Assertion').length > 0)) throw new SamlFault('structure', 'an assertion inside a signature')
  const { algorithm, digest, prefixes } = profileOf(signedInfo!, element, weak)
  const value = base64Bytes(textOf(signatureValue!))
  if (!value) throw new SamlFault('signature', '`SignatureValue` is not base64')

  const infoText = canonical(signedInfo!, undefined)
  const info = parseXml(infoText)
  // What was signed is what is read: the profile once more, from the canonical bytes themselves.
  const stated = profileOf(info, element, weak)
  if (stated.digest.value !== digest.value || stated.algorithm !== algorithm) throw new SamlFault('signature', '`SignedInfo` reads differently once it is canonical')

  element.removeChild(signature)
  const bytes = canonical(element, prefixes)
  const actual = hash(digest.hash, bytes, 'buffer')
  const wanted = Buffer.from(digest.value, 'base64')
  if (bytes === '' || actual.length !== wanted.length || !timingSafeEqual(actual, wanted)) throw new SamlFault('digest', 'the content is not what was signed')
  const row = rowOf(signatureAlgorithms, algorithm)!
  const key = keys.find((one) => holds(row, one.key, infoText, value))
  if (!key) throw unknownKey(rest[0], keys)
  return { element: parseXml(bytes, limits), key, algorithm }
}

interface Profile {
  readonly algorithm: string
  readonly digest: { readonly hash: string; readonly value: string }
  readonly prefixes: readonly string[] | undefined
}

function profileOf(signedInfo: Element, element: Element, weak: boolean): Profile {
  const [method, signatureMethod, reference] = expectChildren(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  expectAlgorithm(method!, exclusiveC14n)
  const algorithm = attributeOf(signatureMethod!, 'Algorithm') ?? ''
  const row = rowOf(signatureAlgorithms, algorithm)
  if (!row) throw new SamlFault('algorithm', 'the signature algorithm is not accepted', { found: algorithm })
  if (row.weak && !weak) throw new SamlFault('algorithm', 'the signature algorithm is weak: `allowWeakAlgorithms` would accept it', { found: algorithm })
  const id = attributeOf(element, 'ID')
  const uri = attributeOf(reference!, 'URI')
  if (!id || uri !== `#${id}`) throw new SamlFault('signature', 'the signature covers another element', { found: uri ?? 'nothing', expected: `#${id}` })
  const [transforms, digestMethod, digestValue] = expectChildren(reference!, ['Transforms', 'DigestMethod', 'DigestValue'])
  const [enveloped, exclusive] = expectChildren(transforms!, ['Transform', 'Transform'])
  expectAlgorithm(enveloped!, envelopedSignature)
  if (childElements(enveloped!).length > 0) throw new SamlFault('signature', 'the enveloped transform has parameters')
  expectAlgorithm(exclusive!, exclusiveC14n)
  const digestName = attributeOf(digestMethod!, 'Algorithm')
  const digest = rowOf(digestAlgorithms, digestName)
  if (!digest) throw new SamlFault('algorithm', 'the digest algorithm is not accepted', { found: digestName })
  if (digest.weak && !weak) throw new SamlFault('algorithm', 'the digest algorithm is weak: `allowWeakAlgorithms` would accept it', { found: digestName })
  const value = base64Bytes(textOf(digestValue!))
  if (!value) throw new SamlFault('signature', '`DigestValue` is not base64')
  return { algorithm, digest: { hash: digest.hash, value: value.toString('base64') }, prefixes: prefixesOf(exclusive!) }
}

/** Exactly these children of XML Signature, in this order; `optional` ones may follow, once each. */
function expectChildren(parent: Element, names: readonly string[], optional: readonly string[] = []): readonly Element[] {
  const children = childElements(parent)
  const fits = children.length >= names.length && children.length <= names.length + optional.length
    && children.every((child, at) => (at < names.length ? isNamed(child, 'ds', names[at]!) : optional.some((name) => isNamed(child, 'ds', name))))
  if (!fits) throw new SamlFault('structure', `\`${parent.localName}\` does not have the children that it must have`, { found: children.map(({ localName }) => localName).join(' '), expected: names.join(' ') })
  return children
}

function expectAlgorithm(element: Element, algorithm: string): void {
  const found = attributeOf(element, 'Algorithm')
  if (found !== algorithm) throw new SamlFault('algorithm', `\`${element.localName}\` names an algorithm that is not accepted`, { found, expected: algorithm })
}

function prefixesOf(transform: Element): readonly string[] | undefined {
  const inclusive = optionalChild(transform, 'ec', 'InclusiveNamespaces')
  if (childElements(transform).length !== (inclusive ? 1 : 0)) throw new SamlFault('structure', 'a transform has children that are not known')
  const list = inclusive && attributeOf(inclusive, 'PrefixList')
  return list === undefined ? undefined : list.split(/\s+/).filter((prefix) => prefix !== '' && prefix !== '#default')
}

/** Exclusive XML Canonicalization 1.0 without comments: there are none in a tree of `parseXml`. */
export function canonical(element: Element, prefixes: readonly string[] | undefined): string {
  return new (xmlCrypto().ExclusiveCanonicalization)().process(element, {
    ...(prefixes && { inclusiveNamespacesPrefixList: [...prefixes] }), ancestorNamespaces: namespacesAbove(element),
  })
}

function namespacesAbove(element: Element): { prefix: string; namespaceURI: string }[] {
  const found = new Map<string, string>()
  for (let parent = element.parentNode; parent && parent.nodeType === 1; parent = parent.parentNode) {
    const { attributes } = parent as Element
    for (let at = 0; at < attributes.length; at++) {
      const { name, value } = attributes[at]!
      if (name.startsWith('xmlns:') && !found.has(name.slice(6))) found.set(name.slice(6), value)
    }
  }
  return [...found].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }))
}

/** Names a rotated key as such. The certificate in the message is told to the operator and trusted for nothing. */
function unknownKey(keyInfo: Element | undefined, keys: readonly SigningKey[]): SamlFault {
  const expected = keys.map(({ fingerprint }) => fingerprint.slice(0, 16)).join(' or ')
  const shown = keyInfo && certificateFingerprint(keyInfo)
  if (shown !== undefined && !keys.some(({ fingerprint }) => fingerprint === shown)) {
    return new SamlFault('signing-key', 'signed with a key that is not configured: did the identity provider change its certificate?', { found: shown.slice(0, 16), expected })
  }
  return new SamlFault('signature', 'the signature is of none of the configured keys', { expected })
}

function certificateFingerprint(keyInfo: Element): string | undefined {
  const found = anywhere(keyInfo, 'X509Certificate')[0]
  try {
    const der = found && base64Bytes(textOf(found))
    return der && fingerprintOf(new X509Certificate(der))
  } catch {
    return undefined
  }
}

/** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` tells it, without colons and in lower case. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}

