import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { oidcProvider } from './oidc-provider.ts'

export const getOpenIdConnectProvider = operation(iamModel('GetOpenIDConnectProvider'), {
  locate: (input, call, reads) => oidcProvider.find(input, call, reads),
  authorize: (input, call, found) => oidcProvider.target(input, call, found),

  handle(input, call, found) {
    const { name, clientIds, thumbprints, createdAt, tags } = oidcProvider.existing(
      input,
      call,
      found,
    )
    return {
      Url: name,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: new Date(createdAt),
      Tags: tags,
    }
  },
})
