import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existing, findProvider, providerTarget } from './provider-access.ts'

export const getOpenIdConnectProvider = operation(iamModel('GetOpenIDConnectProvider'), {
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found),

  handle({ OpenIDConnectProviderArn }, call, found) {
    const { name, clientIds, thumbprints, createdAt, tags } = existing(found, OpenIDConnectProviderArn, call)
    return { Url: name, ClientIDList: clientIds, ThumbprintList: thumbprints, CreateDate: new Date(createdAt), Tags: tags }
  },
})
