import { anyEntry, anyEquals, both, configuredFilter } from './filters.ts'
import type { Ask } from './groups.ts'
import { carriesName, personAttributes } from './identity.ts'
import { bindName, isDnTemplate } from './names.ts'
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
 * and the token of the bind has to hold the SID of the entry that was found.
 */
export async function findSelf(ask: Ask, settings: LdapSettings, template: string, username: string): Promise<Found> {
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
  if ('entry' in found && !(await isBound(ask, found.entry))) return { none: 'the directory took the bind for somebody else, or does not tell for whom' }
  return found
}

/** The root's tokenGroups are the SIDs of whoever asks, one's own among them (MS-ADTS, section 3.1.1.3.2). */
async function isBound(ask: Ask, entry: Entry): Promise<boolean> {
  const [root] = await ask({ base: '', scope: 'base', filter: anyEntry, attributes: ['tokenGroups'], most: 1 })
  const own = entry.values.get('objectsid')?.[0]
  return own !== undefined && (root?.values.get('tokengroups') ?? []).some((sid) => sid.equals(own))
}

function theOne(entries: readonly Entry[], carries: (entry: Entry) => boolean): Found {
  const [entry, another] = entries
  if (!entry) return { none: 'no person of that name' }
  if (another) return { none: 'the name fits several people' }
  if (!carries(entry)) return { none: 'the directory took another spelling for this person' }
  return { entry }
}
