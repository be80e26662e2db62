import type { Ids } from '../../../kernel/ids.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf } from '../paging.ts'
import { metadataShape, serverCertificate, serverCertificateArn } from './server-certificate.ts'
import { uploadServerCertificate } from './upload-server-certificate.ts'

const getServerCertificate = operation(iamModel('GetServerCertificate'), {
  locate: (input, call, reads) => serverCertificate.find(input, call, reads),
  authorize: (input, call, found) => serverCertificate.target(input, call, found),
  handle(input, call, found) {
    const record = serverCertificate.existing(input, call, found)
    const { body, chain, tags } = record
    return {
      ServerCertificate: {
        ServerCertificateMetadata: metadataShape(record, call.caller.partition),
        CertificateBody: body,
        CertificateChain: chain,
        Tags: tags.length > 0 ? tags : undefined,
      },
    }
  },
})

const listServerCertificates = operation(iamModel('ListServerCertificates'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: serverCertificateArn(caller.partition, { account, name: '', path: PathPrefix }),
  }),
  async handle(input, call, _found, reads) {
    const { records, marker } = await pageOf(reads, { kind: 'serverCertificate' }, input, call)
    return {
      ServerCertificateMetadataList: records.map((record) =>
        metadataShape(record, call.caller.partition),
      ),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

/** Changes name or path. Decided on both the old and the new ARN. */
const updateServerCertificate = operation(iamModel('UpdateServerCertificate'), {
  writes: true,
  locate: (input, call, reads) => serverCertificate.find(input, call, reads),
  authorize: (input, call, found) => [
    serverCertificate.target(input, call, found),
    {
      resource: serverCertificateArn(call.caller.partition, {
        account: call.account,
        name: input.NewServerCertificateName ?? found?.name ?? input.ServerCertificateName,
        path: input.NewPath ?? found?.path ?? '/',
      }),
    },
  ],

  async handle(input, call, found, writes) {
    const record = serverCertificate.existing(input, call, found)
    const { account } = call
    const name = input.NewServerCertificateName ?? record.name
    const changed = { ...record, name, path: input.NewPath ?? record.path }
    const [before, after] = [record.name.toLowerCase(), name.toLowerCase()]
    if (before === after) return serverCertificate.save(writes, changed)
    if (!(await writes.insert('serverCertificate', account, after, changed)))
      throw call.fault(
        'EntityAlreadyExists',
        `The Server Certificate with name ${name} already exists.`,
      )
    await writes.remove('serverCertificate', account, before)
  },
})

const deleteServerCertificate = operation(iamModel('DeleteServerCertificate'), {
  writes: true,
  locate: (input, call, reads) => serverCertificate.find(input, call, reads),
  authorize: (input, call, found) => serverCertificate.target(input, call, found),
  async handle(input, call, found, writes) {
    const { account, name } = serverCertificate.existing(input, call, found)
    await writes.remove('serverCertificate', account, name.toLowerCase())
  },
})

/** The operations on server certificates. Those on tags are in tags/. */
export function serverCertificateOperations(ports: {
  readonly ids: Pick<Ids, 'next'>
}): readonly AnyOperation[] {
  return [
    deleteServerCertificate,
    getServerCertificate,
    listServerCertificates,
    updateServerCertificate,
    uploadServerCertificate(ports),
  ]
}
