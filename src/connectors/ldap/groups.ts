import { siblingSid } from './attribute-formats.ts'
import { anyEntry, anyEquals, both, configuredFilter, inChain } from './filters.ts'
import { textsOf } from './identity.ts'
import { dnKey, isBelow } from './names.ts'
import type { GroupSettings } from './settings.ts'
import { DirectoryTrouble, type Entry, type Search } from './transport.ts'

export type Ask = (search: Search) => Promise<readonly Entry[]>
type With<How> = Extract<GroupSettings, { readonly how: How }>

/** How many values one filter asks for: servers cap the size of a filter. */
const batchSize = 50

/**
 * The names of the person's groups, each once, sorted. Too many groups, or nesting too deep, is DirectoryTrouble:
 * a list that was cut short could lift a rule that keeps a group's members out.
 */
export async function findGroups(ask: Ask, groups: GroupSettings, person: Entry, username: string): Promise<readonly string[]> {
  if (groups.how === 'none') return []
  const found = groups.how === 'tokenGroups' ? await byTokenGroups(ask, groups, person)
    : groups.how === 'memberOf' ? await byMemberOf(ask, groups, person)
      : await bySearch(ask, groups, person, username)
  const once = new Map(found.map((group) => [dnKey(group.dn), group]))
  if (once.size > groups.maxGroups) throw tooMany(groups.maxGroups)
  const names = [...once.values()].flatMap((group) => (groups.name === 'dn' ? group.dn : textsOf(group, groups.name)[0] ?? []))
  return [...new Set(names)].sort()
}

async function byMemberOf(ask: Ask, groups: With<'memberOf'>, person: Entry): Promise<readonly Entry[]> {
  // Active Directory hands out 1,500 values at most and names the rest by range (MS-ADTS, section 3.1.1.3.1.3.3).
  const ranged = [...person.values.keys()].some((name) => name.startsWith(`${groups.attribute.toLowerCase()};range=`))
  if (ranged) throw new DirectoryTrouble('the person is in more groups than memberOf tells: use tokenGroups')
  const dns = textsOf(person, groups.attribute, 'text').filter((dn) => isBelow(dn, groups.base))
  if (dns.length > groups.maxGroups) throw tooMany(groups.maxGroups)
  const direct: Entry[] = []
  for (const dn of dns) {
    direct.push(...await ask({ base: dn, scope: 'base', filter: configuredFilter(groups.filter), attributes: nameOf(groups), most: 1 }))
  }
  direct.push(...await primaryGroups(ask, groups, person))
  return groups.nested === 'walk' ? walkUp(ask, groups, direct) : direct
}

async function bySearch(ask: Ask, groups: With<'search'>, person: Entry, username: string): Promise<readonly Entry[]> {
  const { memberAttribute, memberIs, nested } = groups
  const primary = await primaryGroups(ask, groups, person)
  if (nested === 'in-chain') {
    const chains = await Promise.all([person, ...primary].map(({ dn }) => below(ask, groups, inChain(memberAttribute, dn))))
    return [...primary, ...chains.flat()]
  }
  const value = memberIs === 'dn' ? person.dn : username
  const direct = [...primary, ...await below(ask, groups, anyEquals([memberAttribute], [value]))]
  return nested === 'walk' ? walkUp(ask, groups, direct) : direct
}

/** The token's SIDs are computed by the directory, through nesting and the primary group; then each SID's group is read. */
async function byTokenGroups(ask: Ask, groups: With<'tokenGroups'>, person: Entry): Promise<readonly Entry[]> {
  const [self] = await ask({ base: person.dn, scope: 'base', filter: anyEntry, attributes: ['tokenGroups'], most: 1 })
  const sids = self?.values.get('tokengroups') ?? []
  if (sids.length === 0) throw new DirectoryTrouble('the directory gives no tokenGroups: may the reader see them?')
  if (sids.length > groups.maxGroups) throw tooMany(groups.maxGroups)
  return inBatches(sids, (batch) => below(ask, groups, anyEquals(['objectSid'], batch)))
}

async function primaryGroups(ask: Ask, groups: With<'memberOf' | 'search'>, person: Entry): Promise<readonly Entry[]> {
  if (groups.primary === 'none') return []
  const { base } = groups
  if (groups.primary === 'posix') {
    const gid = textsOf(person, 'gidNumber')[0]
    if (!gid) return []
    const filter = both(configuredFilter('(objectClass=posixGroup)'), anyEquals(['gidNumber'], [gid]))
    return ask({ base, scope: 'sub', filter, attributes: nameOf(groups), most: groups.maxGroups })
  }
  const sid = person.values.get('objectsid')?.[0]
  const rid = textsOf(person, 'primaryGroupID')[0]
  const groupSid = sid && rid !== undefined ? siblingSid(sid, Number(rid)) : undefined
  if (!groupSid) throw new DirectoryTrouble('the person has no objectSid or primaryGroupID: may the reader see them?')
  return below(ask, groups, anyEquals(['objectSid'], [groupSid]))
}

/** Parents, their parents, and so on; each group once, so circles end. */
async function walkUp(ask: Ask, groups: With<'memberOf' | 'search'>, direct: readonly Entry[]): Promise<readonly Entry[]> {
  const seen = new Map(direct.map((group) => [dnKey(group.dn), group]))
  let level = [...seen.values()]
  for (let depth = 1; level.length > 0; depth++) {
    if (seen.size > groups.maxGroups) throw tooMany(groups.maxGroups)
    if (depth > groups.maxDepth) throw new DirectoryTrouble(`groups are nested deeper than ${groups.maxDepth}`)
    const parents = await inBatches(level.map(({ dn }) => dn), (batch) => below(ask, groups, anyEquals([groups.memberAttribute], batch)))
    level = []
    for (const parent of parents) {
      const key = dnKey(parent.dn)
      if (seen.has(key)) continue
      seen.set(key, parent)
      level.push(parent)
    }
  }
  return [...seen.values()]
}

function below(ask: Ask, groups: Exclude<GroupSettings, { how: 'none' }>, filter: Search['filter']): Promise<readonly Entry[]> {
  return ask({ base: groups.base, scope: 'sub', filter: both(configuredFilter(groups.filter), filter), attributes: nameOf(groups), most: groups.maxGroups })
}

/** `1.1` asks for no attribute at all (RFC 4511, section 4.5.1.8). */
function nameOf({ name }: { readonly name: string }): readonly string[] {
  return name === 'dn' ? ['1.1'] : [name]
}

async function inBatches<T, R>(items: readonly T[], work: (batch: readonly T[]) => Promise<readonly R[]>): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += batchSize) results.push(...await work(items.slice(start, start + batchSize)))
  return results
}

function tooMany(most: number): DirectoryTrouble {
  return new DirectoryTrouble(`the person is in more than ${most} groups (groups.maxGroups)`)
}
