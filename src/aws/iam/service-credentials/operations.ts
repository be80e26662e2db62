import type { Ids } from '../../../kernel/ids.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { createServiceSpecificCredential } from './create-service-specific-credential.ts'
import { listServiceSpecificCredentials } from './list-service-specific-credentials.ts'
import { credentialShape, newSecret, ownedCredential, secretShape } from './service-credential.ts'

/** The former secret ends at once; name, status and end stay. */
function resetServiceSpecificCredential({ ids }: { readonly ids: Pick<Ids, 'random'> }) {
  return operation(iamModel('ResetServiceSpecificCredential'), {
    writes: true,
    locate: (input, call, reads) => locateOwner(input, call, reads),
    authorize: (input, call, found) => ownerTarget(input, call, found),

    async handle(input, call, found, writes) {
      const user = ownerOf(input, call, found)
      const record = await ownedCredential(writes, input.ServiceSpecificCredentialId, user, call)
      const { secret, passwordHash } = newSecret(ids)
      await writes.update('serviceCredential', call.account, record.id, { ...record, passwordHash })
      return {
        ServiceSpecificCredential: {
          ...credentialShape(record, user?.name ?? 'root', call.now),
          ...secretShape(record.serviceName, secret),
        },
      }
    },
  })
}

const updateServiceSpecificCredential = operation(iamModel('UpdateServiceSpecificCredential'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const { Status: status } = input
    if (status === 'Expired')
      throw call.fault('ValidationError', 'A status can be set to Active or Inactive.')
    const user = ownerOf(input, call, found)
    const record = await ownedCredential(writes, input.ServiceSpecificCredentialId, user, call)
    await writes.update('serviceCredential', call.account, record.id, { ...record, status })
  },
})

const deleteServiceSpecificCredential = operation(iamModel('DeleteServiceSpecificCredential'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const user = ownerOf(input, call, found)
    const { id } = await ownedCredential(writes, input.ServiceSpecificCredentialId, user, call)
    await writes.remove('serviceCredential', call.account, id)
  },
})

/** Names and secrets for systems that take a password. */
export function serviceCredentialOperations(ports: {
  readonly ids: Pick<Ids, 'next' | 'random'>
}): readonly AnyOperation[] {
  return [
    createServiceSpecificCredential(ports),
    deleteServiceSpecificCredential,
    listServiceSpecificCredentials,
    resetServiceSpecificCredential(ports),
    updateServiceSpecificCredential,
  ]
}
