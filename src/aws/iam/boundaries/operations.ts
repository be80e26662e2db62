import type { RoleRecord, UserRecord } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { saveNamed } from '../entity.ts'
import { type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { iamModel } from '../iam-model.ts'
import { checkBoundary } from './check-boundary.ts'

/** Decided on the boundary in the request. */
function put<K extends 'user' | 'role', M extends string>(
  holder: Holder<K, M>,
  model: Model<
    Named<M> & { readonly PermissionsBoundary: string },
    void,
    'InvalidInput' | 'NoSuchEntity'
  >,
) {
  const { find, target, modifiable, save } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) =>
      target(input, call, found, { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
    async handle(input, call, found, writes) {
      const record = modifiable(input, call, found)
      await checkBoundary(input.PermissionsBoundary, writes, call)
      await save(writes, {
        ...record,
        permissionsBoundary: input.PermissionsBoundary,
      })
    },
  })
}

/** Decided on the current boundary. Removing an absent boundary is not an error. */
function remove<K extends 'user' | 'role', M extends string>(
  holder: Holder<K, M>,
  model: Model<Named<M>, void, 'NoSuchEntity'>,
) {
  const { find, target, modifiable } = holderAccess(holder)
  return operation(model, {
    writes: true,
    locate: (input, call, reads) => find(input, call, reads),
    authorize: (input, call, found) => target(input, call, found),
    async handle(input, call, found, writes) {
      const record: UserRecord | RoleRecord = modifiable(input, call, found)
      const { permissionsBoundary: _before, ...unbounded } = record
      await saveNamed<'user' | 'role'>(writes, holder.kind, unbounded)
    },
  })
}

/**
 * Operations on the permissions boundary, which limits what a user's or role's policies can allow.
 */
export const boundaryOperations: readonly AnyOperation[] = [
  put(user, iamModel('PutUserPermissionsBoundary')),
  put(role, iamModel('PutRolePermissionsBoundary')),
  remove(user, iamModel('DeleteUserPermissionsBoundary')),
  remove(role, iamModel('DeleteRolePermissionsBoundary')),
]
