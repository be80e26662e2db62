import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget } from './provider-access.ts'

/** Roles that trust it stay: nobody gets in by them any more (IAM API reference). */
export const deleteOpenIdConnectProvider = operation(iamModel('DeleteOpenIDConnectProvider'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found),

  async handle({ OpenIDConnectProviderArn }, call, found, writes) {
    await writes.remove('oidcProvider', call.account, changeable(found, OpenIDConnectProviderArn, call).name)
  },
})
