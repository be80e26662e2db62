import { slices } from '../../../credentials/in-slices.ts'
import { type AccountQuotas, defaultAccountQuotas } from '../../../store/account-quotas.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { type SamlProviderPorts, samlProviderArn, validUntilOf } from './saml-provider.ts'

/**
 * The list has no pages, because the quota bounds it. The factor leaves room for providers of the
 * settings file.
 */
const most = ({ quotas }: { readonly quotas: AccountQuotas }) =>
  Math.max(quotas.samlProviders, defaultAccountQuotas.samlProviders) * 10

export function listSamlProviders(ports: SamlProviderPorts) {
  return operation(iamModel('ListSAMLProviders'), {
    authorize: (_input, { account, caller }) => ({
      resource: samlProviderArn(caller.partition, { account, name: '' }),
    }),

    async handle(_input, call, _found, reads) {
      const { account, caller } = call
      const [pause, limit] = [slices(), most(call)]
      const SAMLProviderList = []
      for (let after: string | undefined; SAMLProviderList.length < limit; ) {
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
