import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, checkThumbprints, findProvider, providerTarget } from './provider-access.ts'

/** The whole list is replaced. */
export const updateOpenIdConnectProviderThumbprint = operation(iamModel('UpdateOpenIDConnectProviderThumbprint'), {
  writes: true,
  locate: ({ OpenIDConnectProviderArn }, call, reads) => findProvider(OpenIDConnectProviderArn, call, reads),
  authorize: ({ OpenIDConnectProviderArn }, call, found) => providerTarget(OpenIDConnectProviderArn, call, found),

  async handle({ OpenIDConnectProviderArn, ThumbprintList }, call, found, writes) {
    const record = changeable(found, OpenIDConnectProviderArn, call)
    await writes.update('oidcProvider', call.account, record.name, { ...record, thumbprints: checkThumbprints(ThumbprintList, call) })
  },
})
