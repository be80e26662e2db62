import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createServiceLinkedRole } from './create-service-linked-role.ts'
import {
  deleteServiceLinkedRole,
  getServiceLinkedRoleDeletionStatus,
} from './delete-service-linked-role.ts'

/** The roles that services take by themselves. What else changes a role refuses them. */
export function serviceLinkedRoleOperations(ports: {
  readonly ids: Pick<Ids, 'next' | 'uuid'>
}): readonly AnyOperation[] {
  return [
    createServiceLinkedRole(ports),
    deleteServiceLinkedRole(ports),
    getServiceLinkedRoleDeletionStatus,
  ]
}
