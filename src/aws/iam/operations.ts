import type { OutboundFederation } from '../../sessions/outbound-federation.ts'
import type { AnyOperation } from '../operation.ts'
import { oidcProviderOperations } from './oidc-providers/operations.ts'
import { disableOutboundWebIdentityFederation } from './outbound-federation/disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './outbound-federation/enable-outbound-web-identity-federation.ts'
import { getOutboundWebIdentityFederationInfo } from './outbound-federation/get-outbound-web-identity-federation-info.ts'
import { getRole } from './roles/get-role.ts'
import { listRoles } from './roles/list-roles.ts'
import { getUser } from './users/get-user.ts'
import { listUsers } from './users/list-users.ts'

/** Every IAM operation that the house has. */
export function iamOperations(ports: { readonly outbound: OutboundFederation }): readonly AnyOperation[] {
  return [
    disableOutboundWebIdentityFederation, enableOutboundWebIdentityFederation(ports), getOutboundWebIdentityFederationInfo(ports),
    getRole, getUser, listRoles, listUsers,
    ...oidcProviderOperations,
  ]
}
