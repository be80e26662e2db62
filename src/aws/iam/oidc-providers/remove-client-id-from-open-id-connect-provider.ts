import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { oidcProvider } from './oidc-provider.ts'

/** Removing an absent client id is not an error (IAM API reference). */
export const removeClientIdFromOpenIdConnectProvider = operation(
  iamModel('RemoveClientIDFromOpenIDConnectProvider'),
  {
    writes: true,
    locate: (input, call, reads) => oidcProvider.find(input, call, reads),
    authorize: (input, call, found) => oidcProvider.target(input, call, found),

    async handle(input, call, found, writes) {
      const { ClientID } = input
      const record = oidcProvider.changeable(input, call, found)
      await oidcProvider.save(writes, {
        ...record,
        clientIds: record.clientIds.filter((one) => one !== ClientID),
      })
    },
  },
)
