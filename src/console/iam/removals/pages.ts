import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { oidcProvider } from '../../identity-providers/oidc-provider.ts'
import { samlProvider } from '../../identity-providers/saml-provider.ts'
import { limitsOf } from '../../limits.ts'
import type { Page } from '../../page.ts'
import { removalPage } from '../../removal.ts'
import { aGroup, aRole, aUser } from '../entity-forms/subject.ts'
import { searches } from '../listing.ts'
import { policy, policyArnLimits } from '../policy.ts'
import { groupRemoval, groupRemovalCalls } from './group-removal.ts'
import { policyRemoval, policyRemovalCalls } from './policy-removal.ts'
import { providerRemoval } from './provider-removal.ts'
import { roleRemoval, roleRemovalCalls } from './role-removal.ts'
import { userRemoval, userRemovalCalls } from './user-removal.ts'
import { words } from './words.ts'

const deleteUser = removalPage({
  path: '/console/users/:name/delete',
  params: { name: aUser.name },
  under: aUser.page,
  crumb: words.delete,
  calls: userRemovalCalls,
  button: words.user.button,
  keep: words.user.keep,
  here: ({ params }) => addressOf('/console/users/:name', params),
  to: '/console/users',
  read: (call, { params: { name = '' } }) => userRemoval(call, name),
})

const deleteGroup = removalPage({
  path: '/console/groups/:name/delete',
  params: { name: aGroup.name },
  under: aGroup.page,
  crumb: words.delete,
  calls: groupRemovalCalls,
  button: words.group.button,
  keep: words.group.keep,
  here: ({ params }) => addressOf('/console/groups/:name', params),
  to: '/console/groups',
  read: (call, { params: { name = '' } }) => groupRemoval(call, name),
})

const deleteRole = removalPage({
  path: '/console/roles/:name/delete',
  params: { name: aRole.name },
  under: aRole.page,
  crumb: words.delete,
  calls: roleRemovalCalls,
  button: words.role.button,
  keep: words.role.keep,
  here: ({ params }) => addressOf('/console/roles/:name', params),
  to: '/console/roles',
  read: (call, { params: { name = '' } }) => roleRemoval(call, name),
})

const deletePolicy = removalPage({
  path: '/console/policies/:arn/delete',
  params: { arn: policyArnLimits },
  under: policy,
  crumb: words.delete,
  calls: policyRemovalCalls,
  button: words.policy.button,
  keep: words.policy.keep,
  here: ({ params }) => addressOf('/console/policies/:arn', params),
  to: '/console/policies',
  read: (call, { params: { arn = '' } }) => policyRemoval(call, arn),
})

const deleteOidcProvider = removalPage<Action>({
  path: '/console/identity-providers/oidc/:arn/delete',
  params: {
    arn:
      oidcProvider.params?.arn ??
      limitsOf('iam:GetOpenIDConnectProvider', 'OpenIDConnectProviderArn'),
  },
  under: oidcProvider,
  crumb: words.delete,
  calls: ['iam:GetOpenIDConnectProvider', searches, 'iam:DeleteOpenIDConnectProvider'],
  button: words.provider.button,
  keep: words.provider.keep,
  here: ({ params }) => addressOf('/console/identity-providers/oidc/:arn', params),
  to: '/console/identity-providers',
  read: (call, { params: { arn = '' } }) =>
    providerRemoval<Action>(call, arn, {
      get: (now, one) => now('iam:GetOpenIDConnectProvider', { OpenIDConnectProviderArn: one }),
      remove: (now, one) =>
        now('iam:DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: one }),
    }),
})

const deleteSamlProvider = removalPage<Action>({
  path: '/console/identity-providers/saml/:arn/delete',
  params: { arn: samlProvider.params?.arn ?? limitsOf('iam:GetSAMLProvider', 'SAMLProviderArn') },
  under: samlProvider,
  crumb: words.delete,
  calls: ['iam:GetSAMLProvider', searches, 'iam:DeleteSAMLProvider'],
  button: words.provider.button,
  keep: words.provider.keep,
  here: ({ params }) => addressOf('/console/identity-providers/saml/:arn', params),
  to: '/console/identity-providers',
  read: (call, { params: { arn = '' } }) =>
    providerRemoval<Action>(call, arn, {
      get: (now, one) => now('iam:GetSAMLProvider', { SAMLProviderArn: one }),
      remove: (now, one) => now('iam:DeleteSAMLProvider', { SAMLProviderArn: one }),
    }),
})

/** Pages that delete a thing with what depends on it. */
export const removalPages: readonly Page[] = [
  deleteUser,
  deleteGroup,
  deleteRole,
  deletePolicy,
  deleteOidcProvider,
  deleteSamlProvider,
]
