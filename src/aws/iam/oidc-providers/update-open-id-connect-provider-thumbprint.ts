import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { checkThumbprints, oidcProvider } from './oidc-provider.ts'

/** Replaces the whole list. */
export const updateOpenIdConnectProviderThumbprint = operation(
  iamModel('UpdateOpenIDConnectProviderThumbprint'),
  {
    writes: true,
    locate: (input, call, reads) => oidcProvider.find(input, call, reads),
    authorize: (input, call, found) => oidcProvider.target(input, call, found),

    async handle(input, call, found, writes) {
      const { ThumbprintList } = input
      const record = oidcProvider.changeable(input, call, found)
      await oidcProvider.save(writes, {
        ...record,
        thumbprints: checkThumbprints(ThumbprintList, call),
      })
    },
  },
)
