import type { AnyOperation } from '../operation.ts'
import { getRole } from './roles/get-role.ts'
import { listRoles } from './roles/list-roles.ts'
import { getUser } from './users/get-user.ts'
import { listUsers } from './users/list-users.ts'

/** Every IAM operation that the house has. */
export function iamOperations(): readonly AnyOperation[] {
  return [getRole, getUser, listRoles, listUsers]
}
