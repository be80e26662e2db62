import { attributeKeys, samlKeys } from '../connectors/saml/condition-keys.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Keys } from './federated-trust.ts'

/**
 * The condition keys that a proven person brings to a trust policy: `ldap:sub`, `ldap:username`, `ldap:groups`,
 * `ldap:attribute/NAME` (`file:…` of a file connector; `saml:…`, with AWS's own keys, of a SAML one). `account`: the role's.
 */
export function identityContext({ protocol, subject, username, groups, attributes, strength, saml }: Identity, provider: string, account: string): Keys {
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  const several = (key: string, values: readonly string[]) => {
    context.set(key, values)
    multivalued.add(key)
  }
  for (const [name, values] of attributes) several(`${protocol}:attribute/${name.toLowerCase()}`, values)
  several(`${protocol}:groups`, groups)
  context.set(`${protocol}:sub`, [subject])
  context.set(`${protocol}:username`, [username])
  if (saml) {
    for (const [key, values] of attributeKeys(attributes)) several(key, values)
    for (const [key, value] of samlKeys(saml, account, provider.slice(provider.indexOf('/') + 1))) context.set(key, [value])
  }
  context.set('aws:multifactorauthpresent', [String(strength !== 'password')])
  return { context, multivalued }
}
