import type { AnyOperation } from '../../operation.ts'
import { addClientIdToOpenIdConnectProvider } from './add-client-id-to-open-id-connect-provider.ts'
import { createOpenIdConnectProvider } from './create-open-id-connect-provider.ts'
import { deleteOpenIdConnectProvider } from './delete-open-id-connect-provider.ts'
import { getOpenIdConnectProvider } from './get-open-id-connect-provider.ts'
import { listOpenIdConnectProviders } from './list-open-id-connect-providers.ts'
import { removeClientIdFromOpenIdConnectProvider } from './remove-client-id-from-open-id-connect-provider.ts'
import { updateOpenIdConnectProviderThumbprint } from './update-open-id-connect-provider-thumbprint.ts'

/** Every IAM operation on OpenID Connect providers but those on their tags, which are of a family (tags/). */
export const oidcProviderOperations: readonly AnyOperation[] = [
  addClientIdToOpenIdConnectProvider, createOpenIdConnectProvider, deleteOpenIdConnectProvider, getOpenIdConnectProvider,
  listOpenIdConnectProviders, removeClientIdFromOpenIdConnectProvider, updateOpenIdConnectProviderThumbprint,
]
