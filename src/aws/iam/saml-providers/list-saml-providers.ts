import { slices } from '../../../credentials/in-slices.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { type SamlProviderPorts, samlProviderArn, validUntilOf } from './saml-provider.ts'

/**
 * The list has no pages, because the quota bounds it. The factor leaves room for providers of the
 * settings file.
 */
const most = quotas.samlProviders * 10

export function listSamlProviders(ports: SamlProviderPorts) {
  return operation(iamModel('ListSAMLProviders'), {
    authorize: (_input, { account, caller }) => ({
      resource: samlProviderArn(caller.partition, { account, name: '' }),
    }),

    async handle(_input, call, _found, reads) {
      const { account, caller } = call
      const pause = slices()
      const SAMLProviderList = []
      for (let after: string | undefined; SAMLProviderList.length < most; ) {
        // One at a time: each record holds a document.
        const [row] = await reads.list('samlProvider', account, { after, limit: 1 })
        if (!row) break
        after = row.key
        SAMLProviderList.push({
          Arn: samlProviderArn(caller.partition, row.record),
          ValidUntil: await validUntilOf(row.record, ports, call),
          CreateDate: new Date(row.record.createdAt),
        })
        await pause()
      }
      return { SAMLProviderList }
    },
  })
}
