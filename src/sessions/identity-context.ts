import { attributeKeys, samlKeys, subjectOf } from '../connectors/saml/condition-keys.ts'
import { type Identity, mfaAt } from '../kernel/identity.ts'
import { webIdentityKeys } from '../web-identity/condition-keys.ts'
import type { Keys } from './federated-trust.ts'

/**
 * The condition keys of an authenticated person for a trust policy: `ldap:sub`, `ldap:username`,
 * `ldap:groups`, `ldap:attribute/NAME` (`file:…` for a file connector; `saml:…`, with AWS's own
 * keys, for SAML; `oidc:…`, with those that AssumeRoleWithWebIdentity has, for OIDC), and those of
 * a second factor. `account`: the role's.
 */
export function identityContext(
  identity: Identity,
  provider: string,
  { account, now }: { readonly account: string; readonly now: Date },
): Keys {
  const { protocol, subject, username, groups, attributes, saml, oidc } = identity
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  const several = (key: string, values: readonly string[]) => {
    context.set(key, values)
    multivalued.add(key)
  }
  for (const [name, values] of attributes)
    several(`${protocol}:attribute/${name.toLowerCase()}`, values)
  several(`${protocol}:groups`, groups)
  context.set(`${protocol}:sub`, [subject])
  context.set(`${protocol}:username`, [username])
  if (saml) {
    for (const [key, values] of attributeKeys(attributes)) several(key, values)
    for (const [key, value] of samlKeys(
      subjectOf(saml, { subject }),
      account,
      provider.slice(provider.indexOf('/') + 1),
    ))
      context.set(key, [value])
  }
  if (oidc) {
    const { provider: name, methods } = oidc
    if (methods.length > 0) several(`${name.toLowerCase()}:amr`, methods)
    for (const [key, value] of webIdentityKeys({ ...oidc, provider: name }))
      context.set(key, [value])
  }
  const at = mfaAt(identity)
  context.set('aws:multifactorauthpresent', [String(at !== undefined)])
  if (at) {
    const age = Math.max(0, Math.floor((now.getTime() - at.getTime()) / 1000))
    context.set('aws:multifactorauthage', [String(age)])
  }
  return { context, multivalued }
}
