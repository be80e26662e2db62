import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { oidcProviderArn } from './oidc-provider.ts'

/**
 * The list has no pages, because the quota bounds it. The factor leaves room for providers of the
 * settings file.
 */
const most = quotas.oidcProviders * 10

export const listOpenIdConnectProviders = operation(iamModel('ListOpenIDConnectProviders'), {
  authorize: (_input, { account, caller }) => ({
    resource: oidcProviderArn(caller.partition, { account, name: '' }),
  }),

  async handle(_input, { account, caller }, _found, reads) {
    const rows = await reads.list('oidcProvider', account, { limit: most })
    return {
      OpenIDConnectProviderList: rows.map(({ record }) => ({
        Arn: oidcProviderArn(caller.partition, record),
      })),
    }
  },
})
