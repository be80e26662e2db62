import { X509Certificate } from 'node:crypto'
import { base64Bytes } from './decode-message.ts'
import { anywhere, attributeOf, childrenNamed, instantOf, isNamed, textOf } from './elements.ts'
import { parseXml, type XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { fingerprintOf, type SigningKey, verified } from './signature.ts'

/** What an identity provider says of itself, as far as it is used. */
export interface IdpMetadata {
  readonly entityId: string
  readonly keys: readonly SigningKey[]
  readonly signOn: Endpoints
  readonly logout: Endpoints
  readonly wantsSignedRequests: boolean
  /** The document is not to be used from then on. */
  readonly validUntil?: Date
}
export interface Endpoints {
  readonly redirect?: string
  readonly post?: string
  /** Logout only: where answers go, when it is another address. */
  readonly redirectAnswer?: string
  readonly postAnswer?: string
}

/** IAM API reference, "SAMLMetadataDocument": up to 10,000,000 characters. */
export const metadataLimits: XmlLimits = { characters: 10_000_000, elements: 400_000, dropComments: true }
/** Of one entity, through the API: reading them holds everybody else up, so that they have to be cheap. */
export const entityMetadataLimits: XmlLimits = { ...metadataLimits, elements: 40_000 }
const leastRsaBits = 2048
const bindings = { redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' } as const

export interface MetadataExpectations {
  readonly now: Date
  /** Needed where the document describes several; checked where it describes one. */
  readonly entityId?: string | undefined
  /** When given, the document has to be signed by one of them. */
  readonly signedBy?: readonly SigningKey[] | undefined
  readonly limits?: XmlLimits
}

/**
 * Reads the metadata of an identity provider (SAML metadata, 2). A key without `use` serves for signing too; a document without one,
 * past its `validUntil` or, where it must be, not signed is refused whole: none of it turns a check off. Throws SamlFault.
 */
export function readIdpMetadata(text: string, { now, entityId, signedBy, limits = metadataLimits }: MetadataExpectations): IdpMetadata {
  const parsed = parseXml(text, limits)
  const root = signedBy === undefined ? parsed : verified(parsed, signedBy, { weak: false }, limits).element
  const entity = entityOf(root, entityId)
  const roles = childrenNamed(entity, 'md', 'IDPSSODescriptor').filter((one) => (attributeOf(one, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes('urn:oasis:names:tc:SAML:2.0:protocol'))
  if (roles.length !== 1) throw new SamlFault('metadata', 'the metadata do not describe exactly one SAML 2.0 identity provider', { found: String(roles.length) })
  const role = roles[0]!
  const keys = childrenNamed(role, 'md', 'KeyDescriptor').filter((one) => (attributeOf(one, 'use') ?? 'signing') === 'signing').flatMap(keysOf)
  if (keys.length === 0) throw new SamlFault('metadata', 'the metadata have no signing certificate')
  const ends = [root, entity, role].map((one) => instantOf(one, 'validUntil')).filter((one) => one !== undefined).map((one) => one.getTime())
  const validUntil = ends.length > 0 ? new Date(Math.min(...ends)) : undefined
  if (validUntil && validUntil <= now) throw new SamlFault('metadata', 'the metadata have expired', { found: validUntil.toISOString(), expected: `after ${now.toISOString()}` })
  return {
    entityId: attributeOf(entity, 'entityID')!, keys, signOn: endpoints(role, 'SingleSignOnService'), logout: endpoints(role, 'SingleLogoutService'),
    wantsSignedRequests: /^(true|1)$/.test(attributeOf(role, 'WantAuthnRequestsSigned') ?? ''), ...(validUntil && { validUntil }),
  }
}

function entityOf(root: Element, wanted: string | undefined): Element {
  const entities = anywhere(root, 'EntityDescriptor').filter((one) => isNamed(one, 'md', 'EntityDescriptor'))
  const found = wanted === undefined ? entities : entities.filter((one) => attributeOf(one, 'entityID') === wanted)
  const told = entities.slice(0, 3).map((one) => attributeOf(one, 'entityID') ?? '').join(' ')
  if (found.length !== 1 || !attributeOf(found[0]!, 'entityID')) throw new SamlFault('metadata', wanted === undefined ? 'the metadata do not describe exactly one entity' : 'the metadata do not describe this entity', { found: told || 'nothing', expected: wanted })
  return found[0]!
}

function endpoints(role: Element, name: string): Endpoints {
  const services = childrenNamed(role, 'md', name)
  const of = (binding: string) => services.find((one) => attributeOf(one, 'Binding') === binding)
  const [redirect, post] = [of(bindings.redirect), of(bindings.post)]
  return {
    ...(redirect && { redirect: address(redirect, 'Location')! }), ...(post && { post: address(post, 'Location')! }),
    ...(redirect?.hasAttribute('ResponseLocation') && { redirectAnswer: address(redirect, 'ResponseLocation')! }),
    ...(post?.hasAttribute('ResponseLocation') && { postAnswer: address(post, 'ResponseLocation')! }),
  }
}

/** People's browsers are sent there: no other scheme than the web's. */
function address(service: Element, name: string): string | undefined {
  const text = attributeOf(service, name)
  if (text !== undefined && !/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new SamlFault('metadata', `\`${service.localName}\` has an address that is none of the web`, { found: text })
  return text
}

function keysOf(descriptor: Element): readonly SigningKey[] {
  return anywhere(descriptor, 'X509Certificate').filter((one) => isNamed(one, 'ds', 'X509Certificate')).map((one) => {
    const der = base64Bytes(textOf(one))
    const certificate = der && certificateOf(der)
    if (!certificate) throw new SamlFault('metadata', 'a certificate cannot be read')
    return signingKey(certificate)
  })
}

function certificateOf(source: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(source)
  } catch {
    return undefined
  }
}

/** The keys of PEM certificates, one or several in a text. Throws SamlFault. */
export function pemKeys(text: string): readonly SigningKey[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new SamlFault('metadata', 'expected PEM: `-----BEGIN CERTIFICATE-----`')
  return blocks.map((block) => {
    const certificate = certificateOf(block)
    if (!certificate) throw new SamlFault('metadata', 'a certificate cannot be read')
    return signingKey(certificate)
  })
}

function signingKey(certificate: X509Certificate): SigningKey {
  const { publicKey: key } = certificate
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (key.asymmetricKeyType === 'rsa' ? (bits ?? 0) < leastRsaBits : key.asymmetricKeyType !== 'ec') {
    throw new SamlFault('metadata', 'the signing key is too weak or of an unknown kind', { found: `${key.asymmetricKeyType} ${bits ?? ''}`.trim(), expected: `RSA of ${leastRsaBits} bits or more, or EC` })
  }
  return { key, fingerprint: fingerprintOf(certificate), expiresAt: certificate.validToDate }
}
