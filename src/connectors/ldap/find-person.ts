import { searchValue } from './attribute-formats.ts'
import { anyEntry, anyEquals, both, configuredFilter } from './filters.ts'
import type { Ask } from './groups.ts'
import { carriesName, personAttributes, textsOf } from './identity.ts'
import { bindName, dnKey, isDnTemplate } from './names.ts'
import { withWholeAttributes } from './ranges.ts'
import type { Entry, Search } from './search-messages.ts'
import type { LdapSettings } from './settings.ts'
import { typedName } from './typed-name.ts'

/** The one person found, or why there is none, for the operator. */
export type PersonFound =
  | { readonly entry: Entry; readonly name: string }
  | { readonly none: string }
  | { readonly wrongForm: string }

/** Finds the person by the typed name, with the service account. */
export async function findPerson(
  ask: Ask,
  settings: LdapSettings,
  username: string,
): Promise<PersonFound> {
  const { people } = settings
  const typed = typedName(settings, username)
  if ('wrongForm' in typed) return typed
  const { name } = typed
  const filter = both(configuredFilter(people.filter), anyEquals(people.loginAttributes, [name]))
  const entries = await below(ask, settings, filter)
  return theOne(ask, entries, name, (entry) => carriesName(entry, people.loginAttributes, name))
}

/**
 * Finds the person of a subject, with the service account, and reads `more` attributes too.
 * Undefined where nobody has the subject any more, or several have it.
 */
export async function findSubject(
  ask: Ask,
  settings: LdapSettings,
  { subject, more }: { readonly subject: string; readonly more: readonly string[] },
): Promise<Entry | undefined> {
  const { filter, subjectAttribute } = settings.people
  const value = searchValue(subjectAttribute, subject)
  if (value === undefined) return undefined
  const itself = anyEquals([subjectAttribute], [value])
  const [entry, another] = await below(ask, settings, both(configuredFilter(filter), itself), more)
  // A directory may compare more loosely than to the letter.
  if (!entry || another || textsOf(entry, subjectAttribute).join() !== subject) return undefined
  return withWholeAttributes(ask, entry)
}

/** Searches all bases. They may overlap, so each person is returned once. */
async function below(
  ask: Ask,
  settings: LdapSettings,
  filter: Search['filter'],
  more: readonly string[] = [],
): Promise<readonly Entry[]> {
  const attributes = [...personAttributes(settings), ...more]
  const once = new Map<string, Entry>()
  for (const base of settings.people.base) {
    for (const entry of await ask({ base, scope: 'sub', filter, attributes, most: 1 }))
      once.set(dnKey(entry.dn), entry)
  }
  return [...once.values()]
}

/**
 * Reads the entry of the person who just bound from `template`, as that person. A DN identifies the
 * entry by itself. A UPN or down-level name may be the explicit name of one person and the implicit
 * name of another: then both match, and neither is accepted. In addition, the token of the bind has
 * to contain the SID of the entry that was found.
 */
export async function findSelf(
  ask: Ask,
  settings: LdapSettings,
  typedText: string,
): Promise<PersonFound> {
  const { bind, people } = settings
  if (bind.how !== 'direct') throw new TypeError('no template to bind by')
  const typed = typedName(settings, typedText)
  if ('wrongForm' in typed) return typed
  const { template } = bind
  const username = typed.name
  const attributes = personAttributes(settings)
  const name = bindName(template, username)
  if (isDnTemplate(template)) {
    const attribute = template.slice(0, template.indexOf('='))
    const entries = await ask({
      base: name,
      scope: 'base',
      filter: configuredFilter(people.filter),
      attributes: [...attributes, attribute],
      most: 1,
    })
    return theOne(ask, entries, username, (entry) => carriesName(entry, [attribute], username))
  }
  const named = anyEquals(
    [...people.loginAttributes, 'userPrincipalName'],
    name === username ? [name] : [username, name],
  )
  const entries = await below(ask, settings, both(configuredFilter(people.filter), named))
  const found = await theOne(
    ask,
    entries,
    username,
    (entry) =>
      carriesName(entry, people.loginAttributes, username) ||
      carriesName(entry, ['userPrincipalName'], name),
  )
  if ('entry' in found && !(await isBound(ask, found.entry)))
    return { none: 'the directory took the bind for somebody else, or does not tell for whom' }
  return found
}

/**
 * Returns whether the entry is that of the bound person: tokenGroups of the rootDSE holds the SIDs
 * of the requester, including the requester's own (MS-ADTS, section 3.1.1.3.2).
 */
async function isBound(ask: Ask, entry: Entry): Promise<boolean> {
  const [root] = await ask({
    base: '',
    scope: 'base',
    filter: anyEntry,
    attributes: ['tokenGroups'],
    most: 1,
  })
  const own = entry.values.get('objectsid')?.[0]
  return own !== undefined && (root?.values.get('tokengroups') ?? []).some((sid) => sid.equals(own))
}

async function theOne(
  ask: Ask,
  entries: readonly Entry[],
  name: string,
  carries: (entry: Entry) => boolean,
): Promise<PersonFound> {
  const [entry, another] = entries
  if (!entry) return { none: 'no person of that name' }
  if (another) return { none: 'the name fits several people' }
  if (!carries(entry)) return { none: 'the directory took another spelling for this person' }
  return { entry: await withWholeAttributes(ask, entry), name }
}
