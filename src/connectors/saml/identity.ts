import type { Identity } from '../../kernel/identity.ts'
import type { Proof } from './response.ts'
import { SamlFault } from './saml-fault.ts'
import type { SamlSettings } from './settings.ts'

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/** Pure: a proof → identity, by the connector's settings. Throws SamlFault where an attribute that is needed is missing. */
export function samlIdentity(connector: string, settings: SamlSettings, proof: Proof, authenticatedAt: Date): Identity {
  const { assertion: { subject, attributes, contexts } } = proof
  const { subjectAttribute, usernameAttribute, displayNameAttribute, groupsAttribute, multiFactorContexts } = settings
  const single = (name: string): string => {
    const values = attributes.get(name) ?? []
    if (values.length !== 1 || values[0]!.trim() === '') throw new SamlFault('attribute', 'an attribute that the connector needs does not have one value', { found: `${values.length} values`, expected: name })
    return values[0]!
  }
  if (subjectAttribute === undefined && subject.format === transient) {
    throw new SamlFault('subject', 'the NameID is transient, so it names nobody for life: set `subjectAttribute`', { found: subject.format })
  }
  const username = usernameAttribute === undefined ? subject.nameId : single(usernameAttribute)
  return {
    connector, protocol: 'saml', username, authenticatedAt,
    subject: subjectAttribute === undefined ? subject.nameId : single(subjectAttribute),
    displayName: (displayNameAttribute === undefined ? undefined : attributes.get(displayNameAttribute)?.[0]) || username,
    attributes: new Map(settings.attributes.flatMap(({ name, as }) => (attributes.get(name)?.length ? [[as, attributes.get(name)!] as const] : []))),
    groups: groupsAttribute === undefined ? [] : attributes.get(groupsAttribute) ?? [],
    strength: contexts.some((one) => multiFactorContexts.includes(one)) ? 'multi-factor' : 'password',
    ...subjectFacts(proof),
  }
}

/** What every identity that comes of an assertion carries. */
export function subjectFacts({ assertion, recipient, signedBy }: Proof): Pick<Identity, 'endsAt' | 'saml'> {
  const { issuer, subject, sessionIndex, sessionEndsAt } = assertion
  return {
    saml: { issuer, recipient, certificate: signedBy, ...subject, ...(sessionIndex !== undefined && { sessionIndex }) },
    ...(sessionEndsAt && { endsAt: sessionEndsAt }),
  }
}
