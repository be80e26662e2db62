import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { updateAssumeRolePolicy, updateRole, updateRoleDescription } from './change-role.ts'
import { createRole } from './create-role.ts'
import { deleteRole } from './delete-role.ts'
import { getRole } from './get-role.ts'
import { listRoles } from './list-roles.ts'
import type { RoleUses } from './role-last-used.ts'

export function roleOperations(ports: RoleUses & { readonly ids: Ids }): readonly AnyOperation[] {
  return [
    createRole(ports),
    deleteRole,
    getRole(ports),
    listRoles,
    updateAssumeRolePolicy,
    updateRole,
    updateRoleDescription,
  ]
}
