import type { AnyOperation } from '../../operation.ts'
import { createSamlProvider } from './create-saml-provider.ts'
import { deleteSamlProvider } from './delete-saml-provider.ts'
import { getSamlProvider } from './get-saml-provider.ts'
import { listSamlProviders } from './list-saml-providers.ts'
import type { SamlProviderPorts } from './provider-access.ts'
import { updateSamlProvider } from './update-saml-provider.ts'

export type { SamlProviderPorts }

/** Every IAM operation on SAML providers but those on their tags, which are of a family (tags/). */
export function samlProviderOperations(ports: SamlProviderPorts): readonly AnyOperation[] {
  return [
    createSamlProvider(ports), deleteSamlProvider, getSamlProvider(ports), listSamlProviders(ports), updateSamlProvider(ports),
  ]
}
