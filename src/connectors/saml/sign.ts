import { hash, type KeyObject } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import {
  envelopedSignature,
  exclusiveC14n,
  rsaSha256,
  sha256Digest,
  signedText,
} from './algorithms.ts'
import { canonical } from './canonical.ts'
import { ns } from './elements.ts'
import { parseXml, type XmlLimits } from './parse-xml.ts'

/**
 * The key that signs our own messages. It is RSA, the one kind that every identity provider
 * accepts.
 */
export interface OwnKey {
  readonly key: KeyObject
  /** DER in base64, as in metadata. */
  readonly certificate: string
}

/** Our current keys: the first signs; all are in our metadata and decrypt assertions. */
export interface OwnKeySource {
  current(): readonly OwnKey[]
}

/** `certificate` is DER in base64. */
export function x509Data(certificate: string): string {
  const element = `<ds:X509Certificate>${certificate}</ds:X509Certificate>`
  return `<ds:X509Data>${element}</ds:X509Data>`
}

/**
 * Sign `xml`, whose root has the attribute `ID`, and insert the signature where the schema requires
 * it: after the text `after`, or first in the root. The signature is enveloped, with exclusive
 * canonicalization and RSA with SHA-256.
 */
export function signedXml(
  xml: string,
  { key, certificate }: OwnKey,
  after?: string | undefined,
  limits?: XmlLimits | undefined,
): string {
  const root = parseXml(xml, limits)
  const digest = hash('sha256', canonical(root, undefined), 'base64')
  const info =
    `<ds:SignedInfo xmlns:ds="${ns.ds}">` +
    `<ds:CanonicalizationMethod Algorithm="${exclusiveC14n}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${rsaSha256}"></ds:SignatureMethod>` +
    `<ds:Reference URI="#${root.getAttribute('ID')}"><ds:Transforms>` +
    `<ds:Transform Algorithm="${envelopedSignature}"></ds:Transform>` +
    `<ds:Transform Algorithm="${exclusiveC14n}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${sha256Digest}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  const signature =
    `<ds:Signature xmlns:ds="${ns.ds}">${info}` +
    `<ds:SignatureValue>${signedText(info, key)}</ds:SignatureValue>` +
    `<ds:KeyInfo>${x509Data(certificate)}</ds:KeyInfo></ds:Signature>`
  const at =
    after === undefined
      ? xml.indexOf('>', xml.indexOf(`<${root.tagName}`)) + 1
      : xml.indexOf(after) + after.length
  return xml.slice(0, at) + signature + xml.slice(at)
}

export interface RedirectMessage {
  readonly parameter: 'SAMLRequest' | 'SAMLResponse'
  readonly xml: string
  readonly relayState?: string | undefined
  /** Absent leaves the message unsigned. */
  readonly own?: OwnKey | undefined
}

/**
 * Return the address of a Redirect binding (SAML bindings, 3.4.4.1), with the message deflated and
 * the signature over exactly the text that is sent.
 */
export function redirectUrl(
  endpoint: string,
  { parameter, xml, relayState, own }: RedirectMessage,
): string {
  const query = [`${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`]
  if (relayState !== undefined) query.push(`RelayState=${encodeURIComponent(relayState)}`)
  if (own) {
    query.push(`SigAlg=${encodeURIComponent(rsaSha256)}`)
    query.push(`Signature=${encodeURIComponent(signedText(query.join('&'), own.key))}`)
  }
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${query.join('&')}`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** Escape text for element content and quoted attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (sign) => entities[sign]!)
}
