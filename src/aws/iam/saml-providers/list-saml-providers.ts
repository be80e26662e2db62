import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { providerArn, quotas, type SamlProviderPorts } from './provider-access.ts'

/** A list without pages: the quota bounds it. Those of the settings file come on top. */
const most = quotas.providers * 10

export function listSamlProviders({ readMetadata }: SamlProviderPorts) {
  return operation(iamModel('ListSAMLProviders'), {
    authorize: (_input, { account, caller }) => ({ resource: providerArn(caller.partition, { account, name: '' }) }),

    async handle(_input, { account, caller }, _found, reads) {
      const rows = await reads.list('samlProvider', account, { limit: most })
      return {
        SAMLProviderList: rows.map(({ record }) => {
          const read = readMetadata(record.metadata, new Date(record.createdAt))
          return { Arn: providerArn(caller.partition, record), ValidUntil: read.ok ? read.validUntil : undefined, CreateDate: new Date(record.createdAt) }
        }),
      }
    },
  })
}
