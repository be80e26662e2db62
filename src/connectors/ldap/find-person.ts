import { foldName } from '../fold-name.ts'
import { anyEquals, both, configuredFilter } from './filters.ts'
import type { Ask } from './groups.ts'
import { carriesName, personAttributes, textsOf } from './identity.ts'
import { bindName, dnKey, isDnTemplate } from './names.ts'
import type { LdapSettings } from './settings.ts'
import type { Entry } from './transport.ts'

/** The one person, or why there is none: for the operator. */
export type Found = { readonly entry: Entry } | { readonly none: string }

/** By the name that was typed, with the service account. */
export async function findPerson(ask: Ask, settings: LdapSettings, username: string): Promise<Found> {
  const { people } = settings
  const filter = both(configuredFilter(people.filter), anyEquals(people.loginAttributes, [username]))
  const entries = await ask({ base: people.base, scope: 'sub', filter, attributes: personAttributes(settings), most: 1 })
  return theOne(entries, (entry) => carriesName(entry, people.loginAttributes, username))
}

/**
 * The entry of the person who just bound from `template`, read as that person. A DN is its own proof. A UPN or
 * down-level name may be one person's explicit and another's implicit name: then both match, and neither is taken;
 * and the directory is asked whom it took the bind for.
 */
export async function findSelf(ask: Ask, settings: LdapSettings, template: string, username: string, whoAmI: string | undefined): Promise<Found> {
  const { people } = settings
  const attributes = personAttributes(settings)
  const name = bindName(template, username)
  if (isDnTemplate(template)) {
    const attribute = template.slice(0, template.indexOf('='))
    const entries = await ask({ base: name, scope: 'base', filter: configuredFilter(people.filter), attributes: [...attributes, attribute], most: 1 })
    return theOne(entries, (entry) => carriesName(entry, [attribute], username))
  }
  const named = anyEquals([...people.loginAttributes, 'userPrincipalName'], name === username ? [name] : [username, name])
  const entries = await ask({ base: people.base, scope: 'sub', filter: both(configuredFilter(people.filter), named), attributes, most: 1 })
  const found = theOne(entries, (entry) => carriesName(entry, people.loginAttributes, username) || carriesName(entry, ['userPrincipalName'], name))
  if ('entry' in found && !isBound(found.entry, whoAmI)) return { none: 'the directory took the bind for somebody else, or does not tell for whom' }
  return found
}

/** `u:DOMAIN\name` of Active Directory, or `dn:…` (RFC 4513, section 5.2.1.8). */
function isBound(entry: Entry, whoAmI: string | undefined): boolean {
  if (whoAmI?.startsWith('dn:')) return dnKey(whoAmI.slice(3)) === dnKey(entry.dn)
  if (!whoAmI?.startsWith('u:')) return false
  const account = foldName(whoAmI.slice(whoAmI.lastIndexOf('\\') + 1).replace(/^u:/, ''))
  return textsOf(entry, 'sAMAccountName').some((name) => foldName(name) === account)
}

function theOne(entries: readonly Entry[], carries: (entry: Entry) => boolean): Found {
  const [entry, another] = entries
  if (!entry) return { none: 'no person of that name' }
  if (another) return { none: 'the name fits several people' }
  if (!carries(entry)) return { none: 'the directory took another spelling for this person' }
  return { entry }
}
