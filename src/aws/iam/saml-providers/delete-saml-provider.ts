import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { changeable, findProvider, providerTarget } from './provider-access.ts'

/** Roles that trust it stay: nobody gets in by them any more (IAM API reference). */
export const deleteSamlProvider = operation(iamModel('DeleteSAMLProvider'), {
  writes: true,
  locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
  authorize: ({ SAMLProviderArn }, call, found) => providerTarget(SAMLProviderArn, call, found),

  async handle({ SAMLProviderArn }, call, found, writes) {
    await writes.remove('samlProvider', call.account, changeable(found, SAMLProviderArn, call).name.toLowerCase())
  },
})
