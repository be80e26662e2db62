import { hash, type KeyObject, verify } from 'node:crypto'
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'
import {
  type Assertion,
  type Confirmation,
  unspecifiedFormat,
} from '../../../src/connectors/saml/assertion.ts'
import { ns } from '../../../src/connectors/saml/elements.ts'

/**
 * Reads a response that RSA with SHA-256 signed, by libxml2: a parser and a canonicalizer of its
 * own, and no code of ours. Checks signature and digest, and no condition. Throws when they fail.
 */
export function thirdReading(xml: string, key: KeyObject): Assertion {
  using document = XmlDocument.fromString(xml)
  const { root } = document
  const signed = one(root, 'ds:Signature') ? root : one(root, 'saml:Assertion')
  const signature = signed && one(signed, 'ds:Signature')
  if (!signed || !signature) throw new Error('nothing is signed')
  const info = one(signature, 'ds:SignedInfo')!
  const value = Buffer.from(one(signature, 'ds:SignatureValue')!.content, 'base64')
  if (!verify('sha256', Buffer.from(canonical(info)), key, value))
    throw new Error('the signature is not of this key')
  if (at(one(info, 'ds:Reference'), 'URI') !== `#${at(signed, 'ID')}`)
    throw new Error('something else is signed')
  const digest = one(info, 'ds:Reference/ds:DigestValue')!.content
  signature.remove()
  const bytes = canonical(signed)
  if (hash('sha256', bytes, 'base64') !== digest) throw new Error('the content is another')
  using content = XmlDocument.fromString(bytes)
  return assertionOf(content)
}

const canonical = (element: XmlElement) =>
  element.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })

function assertionOf({ root }: XmlDocument): Assertion {
  const assertion = root.name === 'Assertion' ? root : one(root, 'saml:Assertion')
  const nameId = one(assertion, 'saml:Subject/saml:NameID')
  const conditions = one(assertion, 'saml:Conditions')
  const statements = all(assertion, 'saml:AuthnStatement')
  const ends = statements
    .map((statement) => instant(statement, 'SessionNotOnOrAfter'))
    .filter((end) => end !== undefined)
  return {
    id: at(assertion, 'ID')!,
    issuer: one(assertion, 'saml:Issuer')!.content.trim(),
    issuedAt: instant(assertion, 'IssueInstant')!,
    subject: nameId && {
      nameId: nameId.content,
      format: at(nameId, 'Format') ?? unspecifiedFormat,
      nameQualifier: at(nameId, 'NameQualifier'),
      spNameQualifier: at(nameId, 'SPNameQualifier'),
    },
    confirmations: all(assertion, 'saml:Subject/saml:SubjectConfirmation').map(confirmation),
    notBefore: instant(conditions, 'NotBefore'),
    notOnOrAfter: instant(conditions, 'NotOnOrAfter'),
    audiences: all(conditions, 'saml:AudienceRestriction').map((restriction) =>
      all(restriction, 'saml:Audience').map(({ content }) => content.trim()),
    ),
    authenticatedAt: instant(statements[0], 'AuthnInstant')!,
    contexts: all(assertion, 'saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef').map(
      ({ content }) => content.trim(),
    ),
    sessionIndex: at(statements[0], 'SessionIndex'),
    sessionEndsAt: ends.toSorted((one, other) => one.getTime() - other.getTime())[0],
    attributes: attributes(all(assertion, 'saml:AttributeStatement/saml:Attribute')),
  }
}

function confirmation(element: XmlElement): Confirmation {
  const data = one(element, 'saml:SubjectConfirmationData')
  return {
    method: at(element, 'Method') ?? '',
    recipient: at(data, 'Recipient'),
    inResponseTo: at(data, 'InResponseTo'),
    notBefore: instant(data, 'NotBefore'),
    notOnOrAfter: instant(data, 'NotOnOrAfter'),
  }
}

function attributes(elements: readonly XmlElement[]): Assertion['attributes'] {
  const found = new Map<string, string[]>()
  for (const element of elements) {
    const name = at(element, 'Name')!
    const values = all(element, 'saml:AttributeValue').flatMap((value) => {
      const inside = all(value, '*')
      if (inside.length === 0) return [value.content]
      const nameIds = all(value, 'saml:NameID')
      return inside.length === 1 ? nameIds.map(({ content }) => content) : []
    })
    found.set(name, [...(found.get(name) ?? []), ...values])
  }
  return found
}

function all(parent: XmlElement | undefined, path: string): readonly XmlElement[] {
  return (parent?.find(path, ns) ?? []).filter((node) => node instanceof XmlElement)
}

const one = (parent: XmlElement | undefined, path: string) => all(parent, path)[0]

/** An attribute without a namespace. */
function at(element: XmlElement | undefined, name: string): string | undefined {
  return element?.attrs.find((attr) => attr.name === name && attr.namespaceUri === '')?.value
}

function instant(element: XmlElement | undefined, name: string): Date | undefined {
  const text = at(element, name)
  return text === undefined
    ? undefined
    : new Date(/[Z+]|-\d\d:\d\d$/.test(text) ? text : `${text}Z`)
}
