import { operation } from '../../operation.ts'
import { tagConditions } from '../../request-context.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, checkTags, findProvider, providerTarget, quotas } from './provider-access.ts'

/** A tag of the same key, whatever its case, is replaced. */
export const tagOpenIdConnectProvider = operation(iamModel('TagOpenIDConnectProvider'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn, Tags }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found, tagConditions(Tags)),

  async handle({ OpenIDConnectProviderArn, Tags }, call, found, writes) {
    const record = changeable(found, OpenIDConnectProviderArn, call)
    const replaced = new Set(checkTags(Tags, call).map(({ Key }) => Key.toLowerCase()))
    const tags = [...record.tags.filter(({ Key }) => !replaced.has(Key.toLowerCase())), ...Tags]
    if (tags.length > quotas.tags) throw call.fault('LimitExceeded', `Cannot exceed quota for TagsPerOpenIdConnectProvider: ${quotas.tags}`)
    await writes.update('oidcProvider', call.account, record.name, { ...record, tags })
  },
})
