import type { Ids } from '../../../kernel/ids.ts'
import type { ServerCertificateRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { checkKeyPair } from './check-key-pair.ts'
import { metadataShape, serverCertificateArn } from './server-certificate.ts'

/**
 * The private key is checked against the certificate and forgotten: no operation returns it, and no
 * part of Gatehouse would use it.
 */
export function uploadServerCertificate({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('UploadServerCertificate'), {
    writes: true,

    authorize: ({ ServerCertificateName: name, Path: path = '/', Tags }, { account, caller }) =>
      creating(
        { resource: serverCertificateArn(caller.partition, { account, name, path }) },
        'iam:TagServerCertificate',
        Tags,
      ),

    async handle(input, call, _found, writes) {
      const { ServerCertificateName: name, Path: path = '/', Tags = [] } = input
      const { account, caller, now, fault } = call
      const { validToDate } = checkKeyPair(input, call)
      const record: ServerCertificateRecord = {
        account,
        id: ids.next('ASCA'),
        name,
        path,
        body: input.CertificateBody,
        chain: input.CertificateChain,
        expiresAt: validToDate.toISOString(),
        tags: checkTags(Tags, call),
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('serverCertificate', account)) >= call.quotas.serverCertificates)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for ServerCertificatesPerAccount: ${call.quotas.serverCertificates}`,
        )
      if (!(await writes.insert('serverCertificate', account, name.toLowerCase(), record)))
        throw fault(
          'EntityAlreadyExists',
          `The Server Certificate with name ${name} already exists.`,
        )
      return {
        ServerCertificateMetadata: metadataShape(record, caller.partition),
        Tags: Tags.length > 0 ? Tags : undefined,
      }
    },
  })
}
