import { iamArn } from '../../../kernel/arn.ts'
import type { ServerCertificateMetadata } from '../../../reference/aws/iam-shapes.gen.ts'
import type { ServerCertificateRecord } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'

interface Named {
  readonly ServerCertificateName: string
}
type Found = ServerCertificateRecord | undefined
type Missing = Pick<Call<'NoSuchEntity'>, 'fault'>

/** Access for operations to the server certificate of a name. Names are compared without case. */
export const serverCertificate = {
  kind: 'serverCertificate' as const,

  find: (
    { ServerCertificateName }: Named,
    { account }: Pick<Call<never>, 'account'>,
    reads: Pick<Reads, 'find'>,
  ): Promise<Found> =>
    reads.find('serverCertificate', account, ServerCertificateName.toLowerCase()),

  /** Returns the target to decide on: the certificate's ARN, including its path, and its tags. */
  target(
    { ServerCertificateName }: Named,
    { account, caller }: Pick<Call<never>, 'account' | 'caller'>,
    found: Found,
    conditions: Target['conditions'] = {},
  ): Target {
    return {
      resource: serverCertificateArn(
        caller.partition,
        found ?? { account, name: ServerCertificateName, path: '/' },
      ),
      conditions: { ...resourceTagConditions(found?.tags), ...conditions },
    }
  },

  /** Throws NoSuchEntity. */
  existing({ ServerCertificateName }: Named, { fault }: Missing, found: Found) {
    if (!found)
      throw fault(
        'NoSuchEntity',
        `The Server Certificate with name ${ServerCertificateName} cannot be found.`,
      )
    return found
  },

  /** As `existing`: the settings file has no server certificates. */
  changeable: (input: Named, call: Missing, found: Found): ServerCertificateRecord =>
    serverCertificate.existing(input, call, found),

  async save(writes: Pick<Writes, 'update'>, record: ServerCertificateRecord): Promise<void> {
    await writes.update('serverCertificate', record.account, record.name.toLowerCase(), record)
  },
}

export function serverCertificateArn(
  partition: string,
  { account, name, path }: Pick<ServerCertificateRecord, 'account' | 'name' | 'path'>,
): string {
  return iamArn({ partition, account }, 'server-certificate', name, path)
}

export function metadataShape(
  record: ServerCertificateRecord,
  partition: string,
): ServerCertificateMetadata {
  return {
    Path: record.path,
    ServerCertificateName: record.name,
    ServerCertificateId: record.id,
    Arn: serverCertificateArn(partition, record),
    UploadDate: new Date(record.createdAt),
    Expiration: new Date(record.expiresAt),
  }
}
