import type { Ids } from '../../kernel/ids.ts'
import type { KeyUses } from '../../sessions/key-uses.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import type { OutboundFederation } from '../../sessions/outbound-federation.ts'
import type { AnyOperation } from '../operation.ts'
import { accessKeyOperations } from './access-keys/operations.ts'
import { accountOperations } from './account/operations.ts'
import { attachmentOperations } from './attachments/operations.ts'
import { boundaryOperations } from './boundaries/operations.ts'
import { groupOperations } from './groups/operations.ts'
import { inlinePolicyOperations } from './inline-policies/operations.ts'
import { managedPolicyOperations } from './managed-policies/operations.ts'
import { mfaDeviceOperations } from './mfa-devices/operations.ts'
import { oidcProviderOperations } from './oidc-providers/operations.ts'
import { disableOutboundWebIdentityFederation } from './outbound-federation/disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './outbound-federation/enable-outbound-web-identity-federation.ts'
import { getOutboundWebIdentityFederationInfo } from './outbound-federation/get-outbound-web-identity-federation-info.ts'
import { roleOperations } from './roles/operations.ts'
import { type SamlProviderPorts, samlProviderOperations } from './saml-providers/operations.ts'
import { tagOperations } from './tags/operations.ts'
import { userOperations } from './users/operations.ts'

export interface IamPorts {
  readonly ids: Ids
  /** Seals a long-term secret under the key ring. */
  readonly sealSecret: (secret: string) => string
  readonly keyUses: Pick<KeyUses, 'find'>
  readonly mfa: Mfa
  readonly outbound: OutboundFederation
  readonly samlProviders: SamlProviderPorts
}

/** Every IAM operation that the house has. */
export function iamOperations(ports: IamPorts): readonly AnyOperation[] {
  return [
    ...accessKeyOperations(ports), ...accountOperations, ...groupOperations(ports), ...oidcProviderOperations, ...roleOperations(ports), ...userOperations(ports),
    ...inlinePolicyOperations, ...managedPolicyOperations(ports), ...attachmentOperations, ...boundaryOperations, ...mfaDeviceOperations(ports), ...tagOperations,
    disableOutboundWebIdentityFederation, enableOutboundWebIdentityFederation(ports), getOutboundWebIdentityFederationInfo(ports),
    ...samlProviderOperations(ports.samlProviders),
  ]
}
