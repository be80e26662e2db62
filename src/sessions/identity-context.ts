import { attributeKeys, samlKeys } from '../connectors/saml/condition-keys.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Grant } from '../mapping/grant.ts'
import type { RoleRecord } from '../store/records.ts'

/**
 * The condition keys that a role's trust policy sees of a proven person: `ldap:sub`, `ldap:username`, `ldap:groups`,
 * `ldap:attribute/NAME` (`file:…` of a file connector; `saml:…`, with AWS's own keys, of a SAML one), and those of the session that is asked for.
 */
export function identityContext(identity: Identity, grant: Grant, provider: string, role: RoleRecord, now: Date) {
  const { protocol, subject, username, groups, attributes, strength, saml } = identity
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  const several = (key: string, values: readonly string[]) => {
    context.set(key, values)
    multivalued.add(key)
  }
  for (const { Key, Value } of role.tags) context.set(`aws:resourcetag/${Key.toLowerCase()}`, [Value])
  for (const [name, values] of attributes) several(`${protocol}:attribute/${name.toLowerCase()}`, values)
  several(`${protocol}:groups`, groups)
  context.set(`${protocol}:sub`, [subject])
  context.set(`${protocol}:username`, [username])
  if (saml) {
    for (const [key, values] of attributeKeys(attributes)) several(key, values)
    for (const [key, value] of samlKeys(saml, role.account, provider.slice(provider.indexOf('/') + 1))) context.set(key, [value])
  }
  context.set('aws:federatedprovider', [provider])
  context.set('sts:rolesessionname', [grant.sessionName])
  if (grant.sourceIdentity !== undefined) context.set('sts:sourceidentity', [grant.sourceIdentity])
  if (grant.tags.size > 0) several('aws:tagkeys', [...grant.tags.keys()])
  for (const [key, value] of grant.tags) context.set(`aws:requesttag/${key.toLowerCase()}`, [value])
  if (grant.transitiveTagKeys.length > 0) several('sts:transitivetagkeys', grant.transitiveTagKeys)
  context.set('aws:multifactorauthpresent', [String(strength !== 'password')])
  context.set('aws:currenttime', [now.toISOString()])
  context.set('aws:epochtime', [String(Math.floor(now.getTime() / 1000))])
  return { context, multivalued }
}
