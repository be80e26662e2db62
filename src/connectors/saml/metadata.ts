import { anywhere, attributeOf, childrenNamed, instantOf, isNamed } from './elements.ts'
import { describedKeys } from './metadata-keys.ts'
import { parseXml, type XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { type SigningKey, verified } from './signature.ts'

/** The parts of the metadata of an identity provider that are used. */
export interface IdpMetadata {
  readonly entityId: string
  readonly keys: readonly SigningKey[]
  /** Why other signing keys were left out, one line for each. */
  readonly unfitKeys: readonly string[]
  readonly signOn: Endpoints
  readonly logout: Endpoints
  readonly wantsSignedRequests: boolean
  /** The document must not be used from this time on. */
  readonly validUntil?: Date | undefined
}
export interface Endpoints {
  readonly redirect?: string | undefined
  readonly post?: string | undefined
  /** Logout only: the address for responses, if it is a different one. */
  readonly redirectAnswer?: string | undefined
  readonly postAnswer?: string | undefined
}

/** IAM API reference, "SAMLMetadataDocument": up to 10,000,000 characters. */
export const metadataLimits: XmlLimits = {
  characters: 10_000_000,
  elements: 400_000,
  document: true,
}
const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const

export interface MetadataExpectations {
  readonly now: Date
  /** Required when the document describes several entities; checked when it describes one. */
  readonly entityId?: string | undefined
  /** If present, the document must be signed by one of these keys. */
  readonly signedBy?: readonly SigningKey[] | undefined
  readonly limits?: XmlLimits | undefined
}

/**
 * Read the metadata of an identity provider (SAML metadata, 2). A key without `use` also serves for
 * signing. A document is refused as a whole when it has no signing key, has passed its
 * `validUntil`, or lacks a required signature; it cannot turn a check off. Throws SamlFault.
 */
export function readIdpMetadata(
  text: string,
  { now, entityId, signedBy, limits = metadataLimits }: MetadataExpectations,
): IdpMetadata {
  const parsed = parseXml(text, limits)
  const root =
    signedBy === undefined ? parsed : verified(parsed, signedBy, { weak: false }, limits).element
  const entity = entityOf(root, entityId)
  const roles = childrenNamed(entity, 'md', 'IDPSSODescriptor').filter((one) =>
    (attributeOf(one, 'protocolSupportEnumeration') ?? '')
      .split(/\s+/)
      .includes('urn:oasis:names:tc:SAML:2.0:protocol'),
  )
  if (roles.length !== 1)
    throw new SamlFault(
      'metadata',
      'the metadata do not describe exactly one SAML 2.0 identity provider',
      { found: String(roles.length) },
    )
  const role = roles[0]!
  const { keys, unfit } = describedKeys(
    childrenNamed(role, 'md', 'KeyDescriptor').filter(
      (one) => (attributeOf(one, 'use') ?? 'signing') === 'signing',
    ),
  )
  if (keys.length === 0)
    throw new SamlFault('metadata', 'the metadata have no signing key that can be used', {
      found: unfit.join('; ') || 'none',
    })
  const ends = [...selfAndAbove(role)]
    .map((one) => instantOf(one, 'validUntil'))
    .filter((one) => one !== undefined)
    .map((one) => one.getTime())
  const validUntil = ends.length > 0 ? new Date(Math.min(...ends)) : undefined
  if (validUntil && validUntil <= now)
    throw new SamlFault('metadata', 'the metadata have expired', {
      found: validUntil.toISOString(),
      expected: `after ${now.toISOString()}`,
    })
  return {
    entityId: attributeOf(entity, 'entityID')!,
    keys,
    unfitKeys: unfit,
    signOn: endpoints(role, 'SingleSignOnService'),
    logout: endpoints(role, 'SingleLogoutService'),
    wantsSignedRequests: /^(true|1)$/.test(attributeOf(role, 'WantAuthnRequestsSigned') ?? ''),
    validUntil,
  }
}

/**
 * Yield the element and its ancestors: each may set an end, and the earliest one applies (SAML
 * metadata, 2.3 and 2.4).
 */
function* selfAndAbove(element: Element): Generator<Element> {
  for (let at: Node | null = element; at && at.nodeType === 1; at = at.parentNode)
    yield at as Element
}

function entityOf(root: Element, wanted: string | undefined): Element {
  const entities = anywhere(root, 'EntityDescriptor').filter((one) =>
    isNamed(one, 'md', 'EntityDescriptor'),
  )
  const found =
    wanted === undefined
      ? entities
      : entities.filter((one) => attributeOf(one, 'entityID') === wanted)
  const told = entities
    .slice(0, 3)
    .map((one) => attributeOf(one, 'entityID') ?? '')
    .join(' ')
  if (found.length !== 1 || !attributeOf(found[0]!, 'entityID'))
    throw new SamlFault(
      'metadata',
      wanted === undefined
        ? 'the metadata do not describe exactly one entity'
        : 'the metadata do not describe this entity',
      { found: told || 'nothing', expected: wanted },
    )
  return found[0]!
}

function endpoints(role: Element, name: string): Endpoints {
  const services = childrenNamed(role, 'md', name)
  const of = (binding: string) => services.find((one) => attributeOf(one, 'Binding') === binding)
  const [redirect, post] = [of(bindings.redirect), of(bindings.post)]
  return {
    ...(redirect && { redirect: address(redirect, 'Location')! }),
    ...(post && { post: address(post, 'Location')! }),
    ...(redirect?.hasAttribute('ResponseLocation') && {
      redirectAnswer: address(redirect, 'ResponseLocation')!,
    }),
    ...(post?.hasAttribute('ResponseLocation') && {
      postAnswer: address(post, 'ResponseLocation')!,
    }),
  }
}

/** Refuse schemes other than http and https, because browsers are sent to the address. */
function address(service: Element, name: string): string | undefined {
  const text = attributeOf(service, name)
  if (text !== undefined && !/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new SamlFault(
      'metadata',
      `\`${service.localName}\` has an address that is none of the web`,
      { found: text },
    )
  return text
}
