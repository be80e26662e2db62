import { foldName } from '../fold-name.ts'
import type { LdapSettings } from './settings.ts'

/** A typed name without its domain, or why names of this form are not in use here. */
export type TypedName = { readonly name: string } | { readonly wrongForm: string }

const upnTemplate = /^\{username\}@(.+)$/
const downLevelTemplate = /^(.+)\\\{username\}$/
/** Attributes whose values never contain the character (MS-SAMR, section 3.1.1.6; RFC 5321). */
const neverIn: Readonly<Record<string, readonly string[]>> = {
  '\\': ['samaccountname', 'userprincipalname', 'mail'],
  '@': ['samaccountname'],
}

/**
 * Removes the domain from `CORP\alice` if it is the directory's own (`people.domain`, or that of
 * the bind template), and the realm of a UPN template from `alice@corp.example`. Checks only the
 * form, not whether anybody has the name.
 */
export function typedName({ bind, people }: LdapSettings, typed: string): TypedName {
  const template = bind.how === 'direct' ? bind.template : ''
  const domain = people.domain ?? downLevelTemplate.exec(template)?.[1]
  const at = typed.indexOf('\\')
  if (domain !== undefined && at > 0) {
    if (foldName(typed.slice(0, at)) === foldName(domain)) return { name: typed.slice(at + 1) }
    return { wrongForm: `the domain before the backslash is not ${domain}` }
  }
  const realm = upnTemplate.exec(template)?.[1]
  const suffix = typed.lastIndexOf('@')
  if (realm !== undefined && suffix > 0 && foldName(typed.slice(suffix + 1)) === foldName(realm))
    return { name: typed.slice(0, suffix) }
  const attributes = people.loginAttributes.map((name) => name.toLowerCase())
  for (const [character, without] of Object.entries(neverIn)) {
    if (typed.includes(character) && attributes.every((name) => without.includes(name)))
      return { wrongForm: `no name in ${attributes.join(', ')} holds \`${character}\`` }
  }
  return { name: typed }
}
