import type { Identity } from '../../kernel/identity.ts'
import { namedSubject } from './assertion.ts'
import type { ProvedAssertion } from './response.ts'
import { SamlFault } from './saml-fault.ts'
import type { SamlSettings } from './settings.ts'

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/**
 * Map a proof to an identity by the settings of the connector, without side effects. Throws
 * SamlFault when a required attribute is missing.
 */
export function samlIdentity(
  connector: string,
  settings: SamlSettings,
  proof: ProvedAssertion,
  authenticatedAt: Date,
): Identity {
  const { assertion } = proof
  const { attributes, contexts } = assertion
  const {
    subjectAttribute,
    usernameAttribute,
    displayNameAttribute,
    groupsAttribute,
    multiFactorContexts,
  } = settings
  const single = (name: string): string => {
    const values = attributes.get(name) ?? []
    if (values.length !== 1 || values[0]!.trim() === '')
      throw new SamlFault(
        'attribute',
        'an attribute that the connector needs does not have one value',
        { found: `${values.length} values`, expected: name },
      )
    return values[0]!
  }
  const subject = subjectAttribute === undefined ? lasting(assertion) : single(subjectAttribute)
  const named = assertion.subject?.nameId ?? subject
  const username = usernameAttribute === undefined ? named : single(usernameAttribute)
  return {
    connector,
    protocol: 'saml',
    username,
    authenticatedAt,
    subject,
    displayName:
      (displayNameAttribute === undefined
        ? undefined
        : attributes.get(displayNameAttribute)?.[0]) || username,
    attributes: new Map(
      settings.attributes.flatMap(({ name, as }) =>
        attributes.get(name)?.length ? [[as, attributes.get(name)!] as const] : [],
      ),
    ),
    groups: groupsAttribute === undefined ? [] : (attributes.get(groupsAttribute) ?? []),
    strength: contexts.some((one) => multiFactorContexts.includes(one))
      ? 'multi-factor'
      : 'password',
    ...subjectFacts(proof),
  }
}

/**
 * Return the NameID. Throws SamlFault for a transient one, which does not identify a person
 * permanently.
 */
function lasting(assertion: ProvedAssertion['assertion']): string {
  const { nameId, format } = namedSubject(assertion)
  if (format === transient)
    throw new SamlFault(
      'subject',
      'the NameID is transient, so it names nobody for life: set `subjectAttribute`',
      { found: format },
    )
  return nameId
}

/** Return the facts that every identity from an assertion carries. */
export function subjectFacts({
  assertion,
  recipient,
  signedBy,
}: ProvedAssertion): Pick<Identity, 'endsAt' | 'saml' | 'provedAt'> {
  const { issuer, issuedAt, subject, sessionIndex, sessionEndsAt } = assertion
  return {
    provedAt: issuedAt,
    saml: {
      issuer,
      recipient,
      certificate: signedBy,
      ...subject,
      sessionIndex,
    },
    ...(sessionEndsAt && { endsAt: sessionEndsAt }),
  }
}
