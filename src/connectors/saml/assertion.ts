import {
  attributeOf,
  childElements,
  childrenNamed,
  instantOf,
  isNamed,
  onlyChild,
  optionalChild,
  textOf,
} from './elements.ts'
import { SamlFault } from './saml-fault.ts'

export interface Confirmation {
  readonly method: string
  readonly recipient?: string | undefined
  readonly notBefore?: Date | undefined
  readonly notOnOrAfter?: Date | undefined
  readonly inResponseTo?: string | undefined
}

export interface NamedSubject {
  readonly nameId: string
  readonly format: string
  readonly nameQualifier?: string | undefined
  readonly spNameQualifier?: string | undefined
}

/** The content of an assertion as plain data, read from signed bytes only. */
export interface Assertion {
  readonly id: string
  readonly issuer: string
  readonly issuedAt: Date
  /** Absent when the assertion has no `NameID`; an attribute may name the subject instead. */
  readonly subject: NamedSubject | undefined
  readonly confirmations: readonly Confirmation[]
  readonly notBefore?: Date | undefined
  readonly notOnOrAfter?: Date | undefined
  /** One list for each audience restriction; every list must name us. */
  readonly audiences: readonly (readonly string[])[]
  readonly authenticatedAt: Date
  readonly contexts: readonly string[]
  readonly sessionIndex?: string | undefined
  /** The earliest end among all authentication statements. */
  readonly sessionEndsAt?: Date | undefined
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

export const unspecifiedFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

/**
 * Read a signed `Assertion` (SAML core, 2.3). Throws SamlFault for content that is not understood.
 */
export function readAssertion(
  element: Element,
  openId: (encrypted: Element) => Element,
): Assertion {
  if (!isNamed(element, 'saml', 'Assertion'))
    throw new SamlFault('structure', 'what was signed is no assertion', { found: element.tagName })
  if (attributeOf(element, 'Version') !== '2.0')
    throw new SamlFault('version', 'the assertion is not of SAML 2.0', {
      found: attributeOf(element, 'Version') ?? 'nothing',
    })
  const id = attributeOf(element, 'ID')
  const issuedAt = instantOf(element, 'IssueInstant')
  if (!id || !issuedAt)
    throw new SamlFault('structure', 'the assertion has no `ID` or no `IssueInstant`')
  const subject = onlyChild(element, 'saml', 'Subject')
  return {
    id,
    issuedAt,
    issuer: textOf(onlyChild(element, 'saml', 'Issuer')).trim(),
    subject: readSubject(subject, openId),
    confirmations: childrenNamed(subject, 'saml', 'SubjectConfirmation').map(readConfirmation),
    ...readConditions(element),
    ...readStatements(childrenNamed(element, 'saml', 'AuthnStatement')),
    attributes: readAttributes(childrenNamed(element, 'saml', 'AttributeStatement')),
  }
}

/** Return the subject. Throws SamlFault when the assertion has no `NameID`. */
export function namedSubject({ subject }: Pick<Assertion, 'subject'>): NamedSubject {
  if (!subject) throw new SamlFault('subject', 'the subject has no `NameID`')
  return subject
}

function readSubject(
  subject: Element,
  openId: (encrypted: Element) => Element,
): NamedSubject | undefined {
  const encrypted = optionalChild(subject, 'saml', 'EncryptedID')
  const nameId = encrypted ? openId(encrypted) : optionalChild(subject, 'saml', 'NameID')
  if (!nameId) return undefined
  if (!isNamed(nameId, 'saml', 'NameID'))
    throw new SamlFault('subject', 'the subject has no `NameID`')
  const text = textOf(nameId)
  if (text.trim() === '') throw new SamlFault('subject', 'the `NameID` is empty')
  return {
    nameId: text,
    format: attributeOf(nameId, 'Format') ?? unspecifiedFormat,
    nameQualifier: attributeOf(nameId, 'NameQualifier'),
    spNameQualifier: attributeOf(nameId, 'SPNameQualifier'),
  }
}

function readConfirmation(element: Element): Confirmation {
  const method = attributeOf(element, 'Method') ?? ''
  const data = optionalChild(element, 'saml', 'SubjectConfirmationData')
  if (!data) return { method }
  return {
    method,
    recipient: attributeOf(data, 'Recipient'),
    inResponseTo: attributeOf(data, 'InResponseTo'),
    notBefore: instantOf(data, 'NotBefore'),
    notOnOrAfter: instantOf(data, 'NotOnOrAfter'),
  }
}

const knownConditions = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']

function readConditions(
  assertion: Element,
): Pick<Assertion, 'notBefore' | 'notOnOrAfter' | 'audiences'> {
  const conditions = optionalChild(assertion, 'saml', 'Conditions')
  if (!conditions) return { audiences: [] }
  // SAML core, 2.5.1: an assertion with a condition that is not understood is not valid.
  const strange = childElements(conditions).find(
    (one) => !knownConditions.some((name) => isNamed(one, 'saml', name)),
  )
  if (strange)
    throw new SamlFault('condition', 'a condition that is not known', { found: strange.tagName })
  return {
    notBefore: instantOf(conditions, 'NotBefore'),
    notOnOrAfter: instantOf(conditions, 'NotOnOrAfter'),
    audiences: childrenNamed(conditions, 'saml', 'AudienceRestriction').map((restriction) =>
      childrenNamed(restriction, 'saml', 'Audience').map((one) => textOf(one).trim()),
    ),
  }
}

function readStatements(
  statements: readonly Element[],
): Pick<Assertion, 'authenticatedAt' | 'contexts' | 'sessionIndex' | 'sessionEndsAt'> {
  const first = statements[0]
  const authenticatedAt = first && instantOf(first, 'AuthnInstant')
  if (!first || !authenticatedAt)
    throw new SamlFault(
      'authn-statement',
      'the assertion does not say when the person signed in: no `AuthnStatement`',
    )
  const ends = statements
    .map((one) => instantOf(one, 'SessionNotOnOrAfter'))
    .filter((one) => one !== undefined)
  const sessionIndex = attributeOf(first, 'SessionIndex')
  const contexts = statements.map((one) => {
    const context = onlyChild(one, 'saml', 'AuthnContext')
    const reference = optionalChild(context, 'saml', 'AuthnContextClassRef')
    return reference ? textOf(reference).trim() : undefined
  })
  return {
    authenticatedAt,
    contexts: contexts.filter((one) => one !== undefined),
    sessionIndex,
    sessionEndsAt:
      ends.length === 0 ? undefined : new Date(Math.min(...ends.map((end) => end.getTime()))),
  }
}

function readAttributes(statements: readonly Element[]): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, string[]>()
  for (const statement of statements) {
    for (const attribute of childrenNamed(statement, 'saml', 'Attribute')) {
      const name = attributeOf(attribute, 'Name')
      if (!name) throw new SamlFault('attribute', 'an attribute without a name')
      const values = childrenNamed(attribute, 'saml', 'AttributeValue')
        .map(valueText)
        .filter((value) => value !== undefined)
      attributes.set(name, [...(attributes.get(name) ?? []), ...values])
    }
  }
  return attributes
}

/**
 * Return the text of a value, or of the one `NameID` inside it (eduPersonTargetedID). Returns
 * undefined for a value with other elements, which is left out.
 */
function valueText(value: Element): string | undefined {
  const [inner, ...more] = childElements(value)
  if (!inner) return textOf(value)
  return more.length === 0 && isNamed(inner, 'saml', 'NameID') ? textOf(inner) : undefined
}
