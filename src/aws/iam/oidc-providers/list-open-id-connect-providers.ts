import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { providerArn, quotas } from './provider-access.ts'

/** The one list of IAM without pages: the quota bounds it. Those of the settings file come on top. */
const most = quotas.providers * 10

export const listOpenIdConnectProviders = operation(iamModel('ListOpenIDConnectProviders'), {
  authorize: (_input, { account, caller }) => ({ resource: providerArn(caller.partition, { account, name: '' }) }),

  async handle(_input, { account, caller }, _found, reads) {
    const rows = await reads.list('oidcProvider', account, { limit: most })
    return { OpenIDConnectProviderList: rows.map(({ record }) => ({ Arn: providerArn(caller.partition, record) })) }
  },
})
