import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget, quotas } from './provider-access.ts'

/** Adding one that is there already changes nothing, and is no error (IAM API reference). */
export const addClientIdToOpenIdConnectProvider = operation(iamModel('AddClientIDToOpenIDConnectProvider'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found),

  async handle({ OpenIDConnectProviderArn, ClientID }, call, found, writes) {
    const record = changeable(found, OpenIDConnectProviderArn, call)
    if (record.clientIds.includes(ClientID)) return
    if (record.clientIds.length >= quotas.clientIds) {
      throw call.fault('LimitExceeded', `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${quotas.clientIds}`)
    }
    await writes.update('oidcProvider', call.account, record.name, { ...record, clientIds: [...record.clientIds, ClientID] })
  },
})
