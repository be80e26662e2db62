import type { Expectations } from './conditions.ts'

/** AWS's own audience as a service provider, which the templates of identity providers contain. */
export const awsAudience = 'urn:amazon:webservices'
/** AWS accepts an assertion for five minutes (IAM user guide, "SAML 2.0 federation"). */
const awsFreshSeconds = 300

export interface SamlAddresses {
  readonly entityId: string
  readonly acs: string
  readonly logout: string
  /** The bare `/saml`, one address for all connectors, as AWS has it. */
  readonly shared: string
}

/** Return the addresses of a connector, and its entity id for settings that name none. */
export function samlAddresses(publicUrl: URL, id: string): SamlAddresses {
  const { origin } = publicUrl
  return {
    entityId: `${origin}/saml/${id}`,
    acs: `${origin}/saml/${id}/acs`,
    logout: `${origin}/saml/${id}/slo`,
    shared: `${origin}/saml`,
  }
}

/**
 * Where an assertion was presented: `own` is the address of the connector; `aws` is the address
 * that all identity providers share, or the AWS API.
 */
export type SamlRoad = 'own' | 'aws'

type Accepted = Pick<Expectations, 'audiences' | 'recipients' | 'freshSeconds' | 'soleConfirmation'>

/** Return the audiences and recipients that an assertion for a connector must carry. */
export function acceptedByConnector(
  { acs, shared }: SamlAddresses,
  entityId: string,
  road: SamlRoad,
): Accepted {
  if (road === 'own') return { audiences: [entityId], recipients: [acs] }
  return {
    audiences: [entityId, awsAudience, shared],
    recipients: [shared, acs],
    freshSeconds: awsFreshSeconds,
    // Require exactly one confirmation (IAM user guide, "Configure SAML assertions").
    soleConfirmation: true,
  }
}

export interface EntityAddresses extends Pick<SamlAddresses, 'acs' | 'shared'> {
  /** The audience for this provider alone. */
  readonly entityId: string
}

/** Return the addresses of a SAML provider that an account made through the API, by its id. */
export function entityAddresses(publicUrl: URL, id: string): EntityAddresses {
  const acs = `${publicUrl.origin}/saml/acs/${id}`
  return { entityId: acs, acs, shared: `${publicUrl.origin}/saml` }
}

/**
 * Where an assertion for a provider of an account was presented: `shared` is the address that all
 * identity providers share; `own` is the address of this provider; `wire` is the AWS API, for
 * assertions that were made for either.
 */
export type ProviderRoad = 'shared' | 'own' | 'wire'

/** As `acceptedByConnector`, for a SAML provider that an account made through the API. */
export function acceptedByEntity(
  { entityId, acs, shared }: EntityAddresses,
  road: ProviderRoad,
): Accepted {
  return {
    audiences: [awsAudience, shared, entityId],
    recipients: { shared: [shared], own: [acs], wire: [shared, acs] }[road],
    freshSeconds: awsFreshSeconds,
    soleConfirmation: true,
  }
}
