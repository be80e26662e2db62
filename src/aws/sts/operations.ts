import type { Issuer } from '../../sessions/issue.ts'
import type { AnyOperation } from '../operation.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithLdapIdentity, type PasswordAssume } from './assume-role-with-ldap-identity.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'

/** Every STS operation that the house has. */
export function stsOperations(ports: { readonly issuer: Issuer; readonly passwordAssume: PasswordAssume }): readonly AnyOperation[] {
  return [
    assumeRole(ports),
    assumeRoleWithLdapIdentity(ports),
    getCallerIdentity,
    getFederationToken(ports),
    getSessionToken(ports),
  ]
}
