import type { RoleRecord, UserRecord } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { iamModel } from '../iam-model.ts'
import { checkBoundary } from './check-boundary.ts'

/** Decided on the boundary that the request brings. */
function put<K extends 'user' | 'role', M extends string>(
  holder: Holder<K, M>, model: Model<Named<M> & { readonly PermissionsBoundary: string }, void, 'InvalidInput' | 'NoSuchEntity'>,
) {
  const { find, target, changeable } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found, { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
    async handle(input, call, found, writes) {
      const record = changeable(input, call, found)
      await checkBoundary(input.PermissionsBoundary, writes, call)
      await writes.update(holder.kind, call.account, record.name.toLowerCase(), { ...record, permissionsBoundary: input.PermissionsBoundary })
    },
  })
}

/** Decided on the boundary that is there. Removing what is not there is no error. */
function remove<K extends 'user' | 'role', M extends string>(holder: Holder<K, M>, model: Model<Named<M>, void, 'NoSuchEntity'>) {
  const { find, target, changeable } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    async handle(input, call, found, writes) {
      const { permissionsBoundary: _before, ...unbounded }: UserRecord | RoleRecord = changeable(input, call, found)
      await writes.update<'user' | 'role'>(holder.kind, call.account, unbounded.name.toLowerCase(), unbounded)
    },
  })
}

/** The most that a user or a role may be allowed, whatever its policies say. */
export const boundaryOperations: readonly AnyOperation[] = [
  put(user, iamModel('PutUserPermissionsBoundary')), put(role, iamModel('PutRolePermissionsBoundary')),
  remove(user, iamModel('DeleteUserPermissionsBoundary')), remove(role, iamModel('DeleteRolePermissionsBoundary')),
]
