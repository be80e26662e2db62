import { foldName } from '../fold-name.ts'
import { textsOf } from './identity.ts'
import { dnKey, parseDn } from './names.ts'
import type { Entry } from './search-messages.ts'
import type { GroupSettings } from './settings.ts'

export interface Group {
  readonly entry: Entry
  /** Where the membership was found, for the operator. */
  readonly origin: string
}

export interface NamedGroup extends Group {
  /** Undefined where the group has no unique name. */
  readonly name: string | undefined
}

export interface NamedGroups {
  readonly names: readonly string[]
  readonly groups: readonly NamedGroup[]
  /** Names that several groups share: none of them is used. */
  readonly ambiguous: readonly { readonly name: string; readonly dns: readonly string[] }[]
}

/** Searches all groups for those with any of the names. */
type FindNamesakes = (attribute: string, names: readonly string[]) => Promise<readonly Entry[]>

/**
 * The directory itself keeps these unique, so nobody can create a second group with the same value.
 */
const uniqueNames: ReadonlySet<string> = new Set([
  'dn',
  'samaccountname',
  'objectsid',
  'objectguid',
])

/**
 * Returns the attribute that names groups. Active Directory's cn is unique only within one
 * container: anyone who may create groups in one container could create a second "Domain Admins".
 */
export function nameAttributeOf(groups: Exclude<GroupSettings, { how: 'none' }>): string {
  if (groups.name !== undefined) return groups.name
  const isActiveDirectory =
    groups.how === 'tokenGroups' ||
    groups.primary === 'active-directory' ||
    (groups.how === 'search' && groups.nested === 'in-chain')
  return isActiveDirectory ? 'sAMAccountName' : 'cn'
}

/**
 * Returns only names that belong to exactly one group. A name that several groups share is left out
 * for all of them.
 */
export async function nameGroups(
  groups: readonly Group[],
  attribute: string,
  findNamesakes: FindNamesakes,
): Promise<NamedGroups> {
  const named = groups.map((group) => ({ ...group, name: nameOf(group.entry, attribute) }))
  const names = [...new Set(named.flatMap(({ name }) => name ?? []))]
  if (uniqueNames.has(attribute.toLowerCase()) || names.length === 0)
    return { names: names.sort(), groups: named, ambiguous: [] }
  const everywhere = await findNamesakes(attribute, names)
  const holders = new Map<string, Map<string, string>>()
  for (const entry of [...groups.map((group) => group.entry), ...everywhere]) {
    const name = nameOf(entry, attribute)
    if (name === undefined) continue
    const dns = holders.get(foldName(name)) ?? new Map<string, string>()
    holders.set(foldName(name), dns.set(dnKey(entry.dn), entry.dn))
  }
  const dnsOf = (name: string) => [...(holders.get(foldName(name))?.values() ?? [])].sort()
  const own = (name: string) => dnsOf(name).length === 1
  return {
    names: names.filter(own).sort(),
    groups: named.map(({ name, ...group }) => ({
      ...group,
      name: name !== undefined && own(name) ? name : undefined,
    })),
    ambiguous: names.filter((name) => !own(name)).map((name) => ({ name, dns: dnsOf(name) })),
  }
}

/**
 * Returns the group's name. Attribute values are an unordered set; of several, use the one in the
 * DN, because adding another value does not change it.
 */
function nameOf(entry: Entry, attribute: string): string | undefined {
  if (attribute === 'dn') return entry.dn
  const values = textsOf(entry, attribute)
  if (values.length <= 1) return values[0]
  const leaf = parseDn(entry.dn)?.[0]
  if (leaf?.attribute !== attribute.toLowerCase()) return undefined
  return values.find((value) => foldName(value) === foldName(leaf.value))
}
