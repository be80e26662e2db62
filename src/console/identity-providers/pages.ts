import type { Page } from '../page.ts'
import { createOidcProvider } from './create-oidc-provider.ts'
import { createSamlProvider } from './create-saml-provider.ts'
import { editOidcProvider } from './edit-oidc-provider.ts'
import { editSamlProvider } from './edit-saml-provider.ts'
import { identityProviders } from './list.ts'
import { oidcProvider } from './oidc-provider.ts'
import { oidcTags, samlTags } from './provider-tags.ts'
import { samlProvider } from './saml-provider.ts'

/** Every page about identity providers but those that delete them. */
export const identityProviderPages: readonly Page[] = [
  identityProviders,
  createOidcProvider,
  oidcProvider,
  editOidcProvider,
  oidcTags,
  createSamlProvider,
  samlProvider,
  editSamlProvider,
  samlTags,
]
