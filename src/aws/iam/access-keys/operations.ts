import type { AnyOperation } from '../../operation.ts'
import { createAccessKey, type CreateAccessKeyPorts } from './create-access-key.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { updateAccessKey } from './update-access-key.ts'

export function accessKeyOperations(ports: CreateAccessKeyPorts): readonly AnyOperation[] {
  return [createAccessKey(ports), deleteAccessKey, listAccessKeys, updateAccessKey]
}
