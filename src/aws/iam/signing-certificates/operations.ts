import type { Ids } from '../../../kernel/ids.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { pageOfList } from '../paging.ts'
import { ownedCertificate, signingCertificateShape } from './signing-certificate.ts'
import { uploadSigningCertificate } from './upload-signing-certificate.ts'

const listSigningCertificates = operation(iamModel('ListSigningCertificates'), {
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, reads) {
    const user = ownerOf(input, call, found)
    const owner = ownerId(user, call.account)
    const certificates = await ownedBy(reads, 'signingCertificate', call.account, owner)
    const { items, marker } = pageOfList(certificates, ({ id }) => id, input, call)
    return {
      Certificates: items.map((record) => signingCertificateShape(record, user)),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

const updateSigningCertificate = operation(iamModel('UpdateSigningCertificate'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const { Status: status } = input
    if (status === 'Expired')
      throw call.fault('InvalidInput', 'A status can be set to Active or Inactive.')
    const user = ownerOf(input, call, found)
    const record = await ownedCertificate(writes, input.CertificateId, user, call)
    await writes.update('signingCertificate', call.account, record.id, { ...record, status })
  },
})

const deleteSigningCertificate = operation(iamModel('DeleteSigningCertificate'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),

  async handle(input, call, found, writes) {
    const user = ownerOf(input, call, found)
    const { id } = await ownedCertificate(writes, input.CertificateId, user, call)
    await writes.remove('signingCertificate', call.account, id)
  },
})

/** X.509 certificates of users and of the account's root. */
export function signingCertificateOperations(ports: {
  readonly ids: Pick<Ids, 'certificate'>
}): readonly AnyOperation[] {
  return [
    deleteSigningCertificate,
    listSigningCertificates,
    updateSigningCertificate,
    uploadSigningCertificate(ports),
  ]
}
