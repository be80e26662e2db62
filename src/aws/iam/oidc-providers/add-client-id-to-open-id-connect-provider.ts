import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { oidcProvider, tooManyClientIds } from './oidc-provider.ts'

/** Adding a client id that is already present is not an error (IAM API reference). */
export const addClientIdToOpenIdConnectProvider = operation(
  iamModel('AddClientIDToOpenIDConnectProvider'),
  {
    writes: true,
    locate: (input, call, reads) => oidcProvider.find(input, call, reads),
    authorize: (input, call, found) => oidcProvider.target(input, call, found),

    async handle(input, call, found, writes) {
      const { ClientID } = input
      const record = oidcProvider.changeable(input, call, found)
      if (record.clientIds.includes(ClientID)) return
      if (record.clientIds.length >= quotas.clientIdsPerOidcProvider)
        throw call.fault('LimitExceeded', tooManyClientIds)
      await oidcProvider.save(writes, {
        ...record,
        clientIds: [...record.clientIds, ClientID],
      })
    },
  },
)
