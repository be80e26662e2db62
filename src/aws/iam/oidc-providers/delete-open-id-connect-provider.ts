import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { oidcProvider } from './oidc-provider.ts'

/** Roles that trust the provider stay, but it can't be used to assume them (IAM API reference). */
export const deleteOpenIdConnectProvider = operation(iamModel('DeleteOpenIDConnectProvider'), {
  writes: true,
  locate: (input, call, reads) => oidcProvider.find(input, call, reads),
  authorize: (input, call, found) => oidcProvider.target(input, call, found),

  async handle(input, call, found, writes) {
    await oidcProvider.remove(writes, oidcProvider.changeable(input, call, found))
  },
})
