import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget } from './provider-access.ts'

/** Removing one that is not there changes nothing, and is no error (IAM API reference). */
export const removeClientIdFromOpenIdConnectProvider = operation(iamModel('RemoveClientIDFromOpenIDConnectProvider'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found),

  async handle({ OpenIDConnectProviderArn, ClientID }, call, found, writes) {
    const record = changeable(found, OpenIDConnectProviderArn, call)
    await writes.update('oidcProvider', call.account, record.name, { ...record, clientIds: record.clientIds.filter((one) => one !== ClientID) })
  },
})
