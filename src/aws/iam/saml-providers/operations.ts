import type { AnyOperation } from '../../operation.ts'
import { createSamlProvider } from './create-saml-provider.ts'
import { deleteSamlProvider } from './delete-saml-provider.ts'
import { getSamlProvider } from './get-saml-provider.ts'
import { listSamlProviderTags } from './list-saml-provider-tags.ts'
import { listSamlProviders } from './list-saml-providers.ts'
import type { SamlProviderPorts } from './provider-access.ts'
import { tagSamlProvider } from './tag-saml-provider.ts'
import { untagSamlProvider } from './untag-saml-provider.ts'
import { updateSamlProvider } from './update-saml-provider.ts'

export type { SamlProviderPorts }

/** Every IAM operation on SAML providers. */
export function samlProviderOperations(ports: SamlProviderPorts): readonly AnyOperation[] {
  return [
    createSamlProvider(ports), deleteSamlProvider, getSamlProvider(ports), listSamlProviderTags, listSamlProviders(ports), tagSamlProvider,
    untagSamlProvider, updateSamlProvider(ports),
  ]
}
