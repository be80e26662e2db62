import type { X509Certificate } from 'node:crypto'
import { readCertificates } from '../../../credentials/read-certificate.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { linkTo } from '../../../store/links.ts'
import type { SigningCertificateRecord } from '../../../store/records.ts'
import { type Call, operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { quotas } from '../quotas.ts'
import { signingCertificateShape } from './signing-certificate.ts'

/** Also allowed for users that the settings file manages. Nothing issued the certificate for us. */
export function uploadSigningCertificate({ ids }: { readonly ids: Pick<Ids, 'certificate'> }) {
  return operation(iamModel('UploadSigningCertificate'), {
    writes: true,
    locate: (input, call, reads) => locateOwner(input, call, reads),
    authorize: (input, call, found) => ownerTarget(input, call, found),

    async handle(input, call, found, writes) {
      const { account, now, fault } = call
      const user = ownerOf(input, call, found)
      const { fingerprint256: fingerprint } = readBody(input.CertificateBody, call)
      const link = linkTo.certificate(fingerprint)
      if ((await writes.countLinked('signingCertificate', account, link)) > 0)
        throw fault(
          'DuplicateCertificate',
          'The same certificate is associated with an IAM user in the account.',
        )
      const owner = ownerId(user, account)
      const { signingCertificatesPerUser: most } = quotas
      if ((await ownedBy(writes, 'signingCertificate', account, owner)).length >= most)
        throw fault('LimitExceeded', `Cannot exceed quota for SigningCertificatesPerUser: ${most}`)
      const record: SigningCertificateRecord = {
        account,
        id: ids.certificate(),
        ownerId: owner,
        body: input.CertificateBody,
        fingerprint,
        status: 'Active',
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      await writes.insert('signingCertificate', account, record.id, record)
      return { Certificate: signingCertificateShape(record, user) }
    },
  })
}

/** Throws MalformedCertificate, and InvalidCertificate for one that has expired. */
function readBody(
  text: string,
  { fault, now }: Call<'InvalidCertificate' | 'MalformedCertificate'>,
): X509Certificate {
  const certificate = readCertificates(text, 1)?.[0]
  if (!certificate)
    throw fault(
      'MalformedCertificate',
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    )
  if (certificate.validToDate <= now)
    throw fault('InvalidCertificate', 'The certificate has expired.')
  return certificate
}
