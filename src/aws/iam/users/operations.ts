import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { getUser } from './get-user.ts'
import { listUsers } from './list-users.ts'
import { updateUser } from './update-user.ts'

export function userOperations(ports: { readonly ids: Ids }): readonly AnyOperation[] {
  return [createUser(ports), deleteUser, getUser, listUsers, updateUser]
}
