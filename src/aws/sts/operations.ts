import type {
  AssumeWithPassword,
  AssumeWithSaml,
  AssumeWithWebIdentity,
} from '../../sessions/assumption.ts'
import type { Issuer } from '../../sessions/issue.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import type { TokenIssuer } from '../../sessions/token-issuer.ts'
import type { AuthorizationMessages } from '../authorization-message.ts'
import type { AnyOperation } from '../operation.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithLdapIdentity } from './assume-role-with-ldap-identity.ts'
import { assumeRoleWithSaml } from './assume-role-with-saml.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { assumeRoot } from './assume-root.ts'
import { decodeAuthorizationMessage } from './decode-authorization-message.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'
import { getWebIdentityToken } from './get-web-identity-token.ts'
import { listRevocations } from './list-revocations.ts'
import { type RevokePorts, revokeSessions } from './revoke-sessions.ts'

export interface StsPorts extends RevokePorts {
  readonly issuer: Issuer
  readonly mfa: Pick<Mfa, 'take'>
  readonly assumeWithPassword: AssumeWithPassword
  readonly assumeWithSaml: AssumeWithSaml
  readonly assumeWithWebIdentity: AssumeWithWebIdentity
  readonly tokenIssuer: TokenIssuer
  readonly messages: Pick<AuthorizationMessages, 'decode'>
  readonly region: string
  /** Whether AssumeRoleWithLDAPIdentity accepts passwords in the query string. */
  readonly passwordsInQuery?: boolean | undefined
}

/** Returns every STS operation that Gatehouse supports. */
export function stsOperations(ports: StsPorts): readonly AnyOperation[] {
  return [
    assumeRole(ports),
    assumeRoleWithLdapIdentity(ports.assumeWithPassword, ports),
    assumeRoleWithSaml(ports.assumeWithSaml),
    assumeRoleWithWebIdentity(ports.assumeWithWebIdentity),
    assumeRoot(ports),
    decodeAuthorizationMessage(ports),
    getAccessKeyInfo,
    getCallerIdentity,
    getFederationToken(ports),
    getSessionToken(ports),
    getWebIdentityToken(ports),
    listRevocations,
    revokeSessions(ports),
  ]
}
