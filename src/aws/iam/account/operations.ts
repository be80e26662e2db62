import type { AnyOperation } from '../../operation.ts'
import type { RoleUses } from '../roles/role-last-used.ts'
import { createAccountAlias } from './create-account-alias.ts'
import { deleteAccountAlias } from './delete-account-alias.ts'
import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts'
import { getAccountSummary } from './get-account-summary.ts'
import { listAccountAliases } from './list-account-aliases.ts'
import { listPoliciesGrantingServiceAccess } from './list-policies-granting-service-access.ts'
import { setSecurityTokenServicePreferences } from './set-security-token-service-preferences.ts'

export function accountOperations(ports: RoleUses): readonly AnyOperation[] {
  return [
    createAccountAlias,
    deleteAccountAlias,
    getAccountAuthorizationDetails(ports),
    getAccountSummary,
    listAccountAliases,
    listPoliciesGrantingServiceAccess,
    setSecurityTokenServicePreferences,
  ]
}
