import { type AccountQuotas, defaultAccountQuotas } from '../../../store/account-quotas.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { oidcProviderArn } from './oidc-provider.ts'

/**
 * The list has no pages, because the quota bounds it. The factor leaves room for providers of the
 * settings file.
 */
const most = ({ quotas }: { readonly quotas: AccountQuotas }) =>
  Math.max(quotas.oidcProviders, defaultAccountQuotas.oidcProviders) * 10

export const listOpenIdConnectProviders = operation(iamModel('ListOpenIDConnectProviders'), {
  authorize: (_input, { account, caller }) => ({
    resource: oidcProviderArn(caller.partition, { account, name: '' }),
  }),

  async handle(_input, call, _found, reads) {
    const { account, caller } = call
    const rows = await reads.list('oidcProvider', account, { limit: most(call) })
    return {
      OpenIDConnectProviderList: rows.map(({ record }) => ({
        Arn: oidcProviderArn(caller.partition, record),
      })),
    }
  },
})
