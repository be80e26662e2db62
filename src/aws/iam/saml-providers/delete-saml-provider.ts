import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { samlProvider } from './saml-provider.ts'

/** Roles that trust the provider stay, but it can't be used to assume them (IAM API reference). */
export const deleteSamlProvider = operation(iamModel('DeleteSAMLProvider'), {
  writes: true,
  locate: (input, call, reads) => samlProvider.find(input, call, reads),
  authorize: (input, call, found) => samlProvider.target(input, call, found),

  async handle(input, call, found, writes) {
    await samlProvider.remove(writes, samlProvider.changeable(input, call, found))
  },
})
