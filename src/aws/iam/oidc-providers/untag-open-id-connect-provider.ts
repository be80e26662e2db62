import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget } from './provider-access.ts'

export const untagOpenIdConnectProvider = operation(iamModel('UntagOpenIDConnectProvider'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn, TagKeys }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found, { 'aws:TagKeys': TagKeys }),

  async handle({ OpenIDConnectProviderArn, TagKeys }, call, found, writes) {
    const record = changeable(found, OpenIDConnectProviderArn, call)
    const dropped = new Set(TagKeys.map((key) => key.toLowerCase()))
    await writes.update('oidcProvider', call.account, record.name, { ...record, tags: record.tags.filter(({ Key }) => !dropped.has(Key.toLowerCase())) })
  },
})
