import type { SigningCertificate } from '../../../reference/aws/iam-shapes.gen.ts'
import type { SigningCertificateRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { ownerId } from '../owned-by-user.ts'

/** Returns a certificate of this owner. Throws NoSuchEntity for another owner's as well. */
export async function ownedCertificate(
  reads: Pick<Reads, 'find'>,
  id: string,
  user: UserRecord | undefined,
  { account, fault }: Call<'NoSuchEntity'>,
): Promise<SigningCertificateRecord> {
  const certificate = await reads.find('signingCertificate', account, id)
  if (certificate?.ownerId !== ownerId(user, account))
    throw fault('NoSuchEntity', `The Certificate with id ${id} cannot be found.`)
  return certificate
}

export function signingCertificateShape(
  { id, body, status, createdAt }: SigningCertificateRecord,
  user: UserRecord | undefined,
): SigningCertificate {
  return {
    UserName: user?.name ?? 'root',
    CertificateId: id,
    CertificateBody: body,
    Status: status,
    UploadDate: new Date(createdAt),
  }
}
