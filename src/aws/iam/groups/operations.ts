import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createGroup } from './create-group.ts'
import { deleteGroup } from './delete-group.ts'
import { getGroup } from './get-group.ts'
import { listGroups } from './list-groups.ts'
import { listGroupsForUser } from './list-groups-for-user.ts'
import { addUserToGroup, removeUserFromGroup } from './membership.ts'
import { updateGroup } from './update-group.ts'

export function groupOperations(ports: { readonly ids: Ids }): readonly AnyOperation[] {
  return [
    addUserToGroup,
    createGroup(ports),
    deleteGroup,
    getGroup,
    listGroups,
    listGroupsForUser,
    removeUserFromGroup,
    updateGroup,
  ]
}
