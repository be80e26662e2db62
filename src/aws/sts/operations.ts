import type { Issuer } from '../../sessions/issue.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import type { OutboundFederation } from '../../sessions/outbound-federation.ts'
import type { AuthorizationMessages } from '../authorization-message.ts'
import type { AnyOperation } from '../operation.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithLdapIdentity, type PasswordAssume } from './assume-role-with-ldap-identity.ts'
import { assumeRoleWithSaml, type SamlAssume } from './assume-role-with-saml.ts'
import { assumeRoleWithWebIdentity, type WebIdentityPorts } from './assume-role-with-web-identity.ts'
import { assumeRoot } from './assume-root.ts'
import { decodeAuthorizationMessage } from './decode-authorization-message.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'
import { listRevocations } from './list-revocations.ts'
import { revokeSessions } from './revoke-sessions.ts'
import { getWebIdentityToken } from './get-web-identity-token.ts'

export interface StsPorts extends WebIdentityPorts {
  readonly issuer: Issuer
  readonly mfa: Pick<Mfa, 'take'>
  readonly passwordAssume: PasswordAssume
  readonly samlAssume: SamlAssume
  readonly outbound: OutboundFederation
  readonly messages: Pick<AuthorizationMessages, 'decode'>
  readonly region: string
}

/** Every STS operation that the house has. */
export function stsOperations(ports: StsPorts): readonly AnyOperation[] {
  return [
    assumeRole(ports),
    assumeRoleWithLdapIdentity(ports),
    assumeRoleWithSaml(ports),
    assumeRoleWithWebIdentity(ports),
    assumeRoot(ports),
    decodeAuthorizationMessage(ports),
    getAccessKeyInfo,
    getCallerIdentity,
    getFederationToken(ports),
    getSessionToken(ports),
    getWebIdentityToken(ports),
    listRevocations,
    revokeSessions,
  ]
}
