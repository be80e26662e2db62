import { providerName, unfitHost } from '../../../web-identity/provider.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { checkThumbprints, oidcProviderArn, tooManyClientIds } from './oidc-provider.ts'

export interface OidcProviderPorts {
  /** The hosts that the settings resolve: only these may be without a domain. */
  readonly resolvedHosts: ReadonlySet<string>
}

/**
 * Without thumbprints, the issuer's certificate has to be signed by an authority that Gatehouse
 * trusts. Nothing is fetched here, so that a caller of IAM can't make Gatehouse send requests to a
 * server of the caller's choice.
 */
export function createOpenIdConnectProvider({ resolvedHosts }: OidcProviderPorts) {
  return operation(iamModel('CreateOpenIDConnectProvider'), {
    writes: true,

    locate({ Url }, { fault }) {
      const name = providerName(Url)
      const unfit =
        name === undefined
          ? 'it is https:// with a host and a path, without port, query and fragment'
          : unfitHost(name, resolvedHosts)
      if (name === undefined || unfit !== undefined)
        throw fault('ValidationError', `Invalid Open ID Connect Provider URL ${Url}: ${unfit}.`)
      return name
    },

    authorize: ({ Tags }, { account, caller }, name) =>
      creating(
        { resource: oidcProviderArn(caller.partition, { account, name }) },
        'iam:TagOpenIDConnectProvider',
        Tags,
      ),

    async handle({ ClientIDList = [], ThumbprintList = [], Tags = [], Url }, call, name, writes) {
      const { account, caller, now, fault } = call
      const clientIds = [...new Set(ClientIDList)]
      if (clientIds.length > quotas.clientIdsPerOidcProvider)
        throw fault('LimitExceeded', tooManyClientIds)
      if ((await writes.count('oidcProvider', account)) >= call.quotas.oidcProviders) {
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${call.quotas.oidcProviders}`,
        )
      }
      const inserted = await writes.insert('oidcProvider', account, name, {
        account,
        name,
        clientIds,
        thumbprints: checkThumbprints(ThumbprintList, call),
        tags: checkTags(Tags, call),
        createdAt: now.toISOString(),
        managedBy: 'api',
      })
      if (!inserted) throw fault('EntityAlreadyExists', `Provider with url ${Url} already exists.`)
      return {
        OpenIDConnectProviderArn: oidcProviderArn(caller.partition, { account, name }),
        Tags: Tags.length > 0 ? Tags : undefined,
      }
    },
  })
}
