import { providerName } from '../../../web-identity/provider.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { checkThumbprints, providerArn, quotas } from './provider-access.ts'

/**
 * Without thumbprints the issuer's certificate has to come from an authority that this house trusts; nothing is fetched
 * here, so that no caller of IAM chooses when and whom Gatehouse asks.
 */
export const createOpenIdConnectProvider = operation(iamModel('CreateOpenIDConnectProvider'), {
  writes: true,

  locate({ Url }, { fault }) {
    const name = providerName(Url)
    if (name === undefined) {
      throw fault('InvalidInput',
        `Invalid Open ID Connect Provider URL ${Url}: it is https:// with a host and a path, without port, query and fragment.`)
    }
    return name
  },

  authorize: ({ Tags }, { account, caller }, name) =>
    creating({ resource: providerArn(caller.partition, { account, name }) }, 'iam:TagOpenIDConnectProvider', Tags),

  async handle({ ClientIDList = [], ThumbprintList = [], Tags = [], Url }, call, name, writes) {
    const { account, caller, now, fault } = call
    const clientIds = [...new Set(ClientIDList)]
    if (clientIds.length > quotas.clientIds) {
      throw fault('LimitExceeded', `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${quotas.clientIds}`)
    }
    if (await writes.count('oidcProvider', account) >= quotas.providers) {
      throw fault('LimitExceeded', `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${quotas.providers}`)
    }
    const inserted = await writes.insert('oidcProvider', account, name, {
      account, name, clientIds, thumbprints: checkThumbprints(ThumbprintList, call), tags: checkTags(Tags, call),
      createdAt: now.toISOString(), managedBy: 'api',
    })
    if (!inserted) throw fault('EntityAlreadyExists', `Provider with url ${Url} already exists.`)
    return { OpenIDConnectProviderArn: providerArn(caller.partition, { account, name }), ...(Tags.length > 0 && { Tags }) }
  },
})
