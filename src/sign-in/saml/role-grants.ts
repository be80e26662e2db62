import { type AwsAttributes, readAwsAttributes } from '../../connectors/saml/aws-attributes.ts'
import { subjectFacts } from '../../connectors/saml/identity.ts'
import type { Proof } from '../../connectors/saml/response.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Grant } from '../../mapping/grant.ts'

/** What audit events name as the rule of a grant that an assertion brought itself. */
export const roleAttributeRule = 'SAML attribute Role'

/** Whom AWS's own attributes speak of: the session name is the person's name. `provider`: the SAML provider's. Throws SamlFault. */
export function roleIdentity(proof: Proof, provider: string, now: Date): Identity {
  const { assertion } = proof
  const { sessionName } = readAwsAttributes(assertion.attributes)
  return {
    connector: provider, protocol: 'saml', subject: assertion.subject.nameId, username: sessionName, displayName: sessionName,
    attributes: assertion.attributes, groups: [], authenticatedAt: now, strength: 'password', ...subjectFacts(proof),
  }
}

/** The grants of an identity's `Role` attribute, where one of `providers` vouches. They need the role's trust and no mapping. */
export function roleGrants(identity: Identity, providers: readonly string[]): { readonly aws: AwsAttributes; readonly grants: readonly Grant[] } {
  const aws = readAwsAttributes(identity.attributes)
  const { sessionName, tags, transitiveTagKeys, sourceIdentity } = aws
  const grants = aws.pairs.filter(({ providerArn }) => providers.includes(providerArn)).map(({ roleArn, providerArn }) => ({
    rule: roleAttributeRule, roleArn, provider: providerArn, sessionName, tags, transitiveTagKeys, ...(sourceIdentity !== undefined && { sourceIdentity }),
  }))
  return { aws, grants }
}
