import type { AnyOperation } from '../../operation.ts'
import { addClientIdToOpenIdConnectProvider } from './add-client-id-to-open-id-connect-provider.ts'
import {
  createOpenIdConnectProvider,
  type OidcProviderPorts,
} from './create-open-id-connect-provider.ts'
import { deleteOpenIdConnectProvider } from './delete-open-id-connect-provider.ts'
import { getOpenIdConnectProvider } from './get-open-id-connect-provider.ts'
import { listOpenIdConnectProviders } from './list-open-id-connect-providers.ts'
import { removeClientIdFromOpenIdConnectProvider } from './remove-client-id-from-open-id-connect-provider.ts'
import { updateOpenIdConnectProviderThumbprint } from './update-open-id-connect-provider-thumbprint.ts'

export type { OidcProviderPorts }

/** The IAM operations on OpenID Connect providers, except those on their tags (tags/). */
export function oidcProviderOperations(ports: OidcProviderPorts): readonly AnyOperation[] {
  return [
    addClientIdToOpenIdConnectProvider,
    createOpenIdConnectProvider(ports),
    deleteOpenIdConnectProvider,
    getOpenIdConnectProvider,
    listOpenIdConnectProviders,
    removeClientIdFromOpenIdConnectProvider,
    updateOpenIdConnectProviderThumbprint,
  ]
}
