import { type Assertion, type Confirmation, unspecifiedFormat } from './assertion.ts'

/**
 * Read an assertion as xml2js gives it: children in lists by their name, without prefixes; text in
 * `_`, attributes in `$`, and an empty element as a string. Shares no code with `readAssertion`, so
 * that the two can disagree. What is not there is left out, and then differs.
 */
export function parsedAssertion(parsed: unknown): Assertion {
  const [assertion] = children({ parsed: [parsed] }, 'parsed', 'Assertion')
  const [subject] = children(assertion, 'Subject')
  const [nameId] = children(subject, 'NameID')
  const [conditions] = children(assertion, 'Conditions')
  const statements = children(assertion, 'AuthnStatement')
  const ends = statements
    .map((one) => instant(one, 'SessionNotOnOrAfter'))
    .filter((one) => one !== undefined)
  return {
    id: attribute(assertion, 'ID') ?? '',
    issuedAt: instant(assertion, 'IssueInstant') ?? never,
    issuer: children(assertion, 'Issuer').map(textOf).join(' ').trim(),
    subject:
      nameId === undefined
        ? undefined
        : {
            nameId: children(subject, 'NameID').map(textOf).join(' '),
            format: attribute(nameId, 'Format') ?? unspecifiedFormat,
            nameQualifier: attribute(nameId, 'NameQualifier'),
            spNameQualifier: attribute(nameId, 'SPNameQualifier'),
          },
    confirmations: children(subject, 'SubjectConfirmation').map(confirmation),
    notBefore: instant(conditions, 'NotBefore'),
    notOnOrAfter: instant(conditions, 'NotOnOrAfter'),
    audiences: children(conditions, 'AudienceRestriction').map((one) =>
      children(one, 'Audience').map((audience) => textOf(audience).trim()),
    ),
    authenticatedAt: instant(statements[0], 'AuthnInstant') ?? never,
    contexts: children({ statements }, 'statements', 'AuthnContext', 'AuthnContextClassRef').map(
      (one) => textOf(one).trim(),
    ),
    sessionIndex: attribute(statements[0], 'SessionIndex'),
    sessionEndsAt: ends.toSorted((one, other) => one.getTime() - other.getTime())[0],
    attributes: attributes(children(assertion, 'AttributeStatement', 'Attribute')),
  }
}

/** Equals no instant. */
const never = new Date(Number.NaN)

function confirmation(element: unknown): Confirmation {
  const [data] = children(element, 'SubjectConfirmationData')
  return {
    method: attribute(element, 'Method') ?? '',
    recipient: attribute(data, 'Recipient'),
    inResponseTo: attribute(data, 'InResponseTo'),
    notBefore: instant(data, 'NotBefore'),
    notOnOrAfter: instant(data, 'NotOnOrAfter'),
  }
}

function attributes(elements: readonly unknown[]): Assertion['attributes'] {
  const found = new Map<string, string[]>()
  for (const element of elements) {
    const name = attribute(element, 'Name') ?? ''
    const values = children(element, 'AttributeValue').flatMap(valueTexts)
    found.set(name, (found.get(name) ?? []).concat(values))
  }
  return found
}

/** The text of a value, or of the one `NameID` inside it; none of a value with other elements. */
function valueTexts(value: unknown): readonly string[] {
  const inside = Object.keys(membersOf(value)).filter((key) => key !== '$' && key !== '_')
  if (inside.length === 0) return [textOf(value)]
  const names = children(value, 'NameID')
  return inside.length === 1 && names.length === 1 ? names.map(textOf) : []
}

/** Return the elements on a path of names, in order. */
function children(parent: unknown, ...path: readonly string[]): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (parents, name) =>
      parents.flatMap((one) => {
        const found = own(one, name)
        return Array.isArray(found) ? found : [found].filter((only) => only !== undefined)
      }),
    [parent],
  )
}

function textOf(element: unknown): string {
  const text = typeof element === 'string' ? element : own(element, '_')
  return typeof text === 'string' ? text : ''
}

function attribute(element: unknown, name: string): string | undefined {
  const value = own(own(element, '$'), name)
  return typeof value === 'string' ? value : undefined
}

/** SAML core, 1.3.3: an instant without a zone is UTC. */
function instant(element: unknown, name: string): Date | undefined {
  const text = attribute(element, name)
  if (text === undefined) return undefined
  return new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
}

/** Reads own members only, so that `constructor` is no child of everything. */
function own(element: unknown, name: string): unknown {
  const members = membersOf(element)
  return Object.hasOwn(members, name) ? members[name] : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const membersOf = (element: unknown): Readonly<Record<string, unknown>> =>
  isObject(element) ? element : {}
