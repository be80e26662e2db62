import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createSamlProvider } from './create-saml-provider.ts'
import { deleteSamlProvider } from './delete-saml-provider.ts'
import { getSamlProvider } from './get-saml-provider.ts'
import { listSamlProviders } from './list-saml-providers.ts'
import type { SamlProviderPorts } from './saml-provider.ts'
import { updateSamlProvider } from './update-saml-provider.ts'

export type { SamlProviderPorts }

/** The IAM operations on SAML providers, except those on their tags (tags/). */
export function samlProviderOperations(
  ports: SamlProviderPorts & { readonly ids: Ids },
): readonly AnyOperation[] {
  return [
    createSamlProvider(ports),
    deleteSamlProvider,
    getSamlProvider(ports),
    listSamlProviders(ports),
    updateSamlProvider(ports),
  ]
}
