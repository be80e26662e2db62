import type { KeyUses } from '../../../sessions/key-uses.ts'
import type { AnyOperation } from '../../operation.ts'
import { type CreateAccessKeyPorts, createAccessKey } from './create-access-key.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { updateAccessKey } from './update-access-key.ts'

export function accessKeyOperations(
  ports: CreateAccessKeyPorts & { readonly keyUses: Pick<KeyUses, 'find'> },
): readonly AnyOperation[] {
  return [
    createAccessKey(ports),
    deleteAccessKey,
    getAccessKeyLastUsed(ports),
    listAccessKeys,
    updateAccessKey,
  ]
}
