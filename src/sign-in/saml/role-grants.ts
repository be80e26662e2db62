import { namedSubject } from '../../connectors/saml/assertion.ts'
import { type AwsAttributes, readAwsAttributes } from '../../connectors/saml/aws-attributes.ts'
import { subjectFacts } from '../../connectors/saml/identity.ts'
import type { ProvedAssertion } from '../../connectors/saml/response.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Grant } from '../../mapping/grant.ts'

/** The rule in audit events for a grant that came from the assertion itself. */
export const roleAttributeRule = 'SAML attribute Role'

/**
 * The identity in AWS's own attributes: the session name is the user name. `provider`: the SAML
 * provider. Throws SamlFault.
 */
export function roleIdentity(proof: ProvedAssertion, provider: string, now: Date): Identity {
  const { assertion } = proof
  const { sessionName } = readAwsAttributes(assertion.attributes)
  return {
    connector: provider,
    protocol: 'saml',
    subject: namedSubject(assertion).nameId,
    username: sessionName,
    displayName: sessionName,
    attributes: assertion.attributes,
    groups: [],
    authenticatedAt: now,
    strength: 'password',
    ...subjectFacts(proof),
  }
}

/**
 * Returns the grants in an identity's `Role` attribute whose provider is one of `providers`. They
 * need the role's trust and no mapping.
 */
export function roleGrants(
  identity: Identity,
  providers: readonly string[],
): { readonly aws: AwsAttributes; readonly grants: readonly Grant[] } {
  const aws = readAwsAttributes(identity.attributes)
  const { sessionName, tags, transitiveTagKeys, sourceIdentity } = aws
  const grants = aws.pairs
    .filter(({ providerArn }) => providers.includes(providerArn))
    .map(({ roleArn, providerArn }) => ({
      rule: roleAttributeRule,
      roleArn,
      provider: providerArn,
      sessionName,
      tags,
      transitiveTagKeys,
      sourceIdentity,
    }))
  return { aws, grants }
}
