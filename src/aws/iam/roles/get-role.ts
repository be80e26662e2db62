import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'
import { GetRole, type GetRoleResponse } from './get-role-model.ts'
import { type RoleUses, roleLastUsed } from './role-last-used.ts'
import { roleShape } from './role-shape.ts'

export function getRole(uses: RoleUses) {
  return operation(GetRole, {
    locate: ({ RoleName }, { account }, reads) =>
      reads.find('role', account, RoleName.toLowerCase()),

    authorize: ({ RoleName }, { account, caller }, found) => ({
      resource: iamArn(
        { partition: caller.partition, account },
        'role',
        found?.name ?? RoleName,
        found?.path,
      ),
      conditions: resourceTagConditions(found?.tags),
    }),

    async handle({ RoleName }, { caller, fault }, found, reads): Promise<GetRoleResponse> {
      if (!found) throw fault('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
      const shape = await roleShape(found, caller.partition, reads, { full: true })
      return {
        // Present even if empty, because clients read it without a check.
        Role: { ...shape, RoleLastUsed: await roleLastUsed(found, uses) },
        ManagedBy: found.managedBy === 'config' ? 'settings' : 'api',
      }
    },
  })
}
