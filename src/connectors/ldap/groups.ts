import { siblingSid } from './attribute-formats.ts'
import { DirectoryTrouble } from './directory-trouble.ts'
import { anyEntry, anyEquals, both, configuredFilter, inChain } from './filters.ts'
import { type Group, type NamedGroups, nameAttributeOf, nameGroups } from './group-names.ts'
import { textsOf } from './identity.ts'
import { dnKey, isBelow } from './names.ts'
import type { Entry, Search } from './search-messages.ts'
import type { GroupSettings } from './settings.ts'

export type Ask = (search: Search) => Promise<readonly Entry[]>
type AnyGroups = Exclude<GroupSettings, { how: 'none' }>
type With<How> = Extract<GroupSettings, { readonly how: How }>

/** How many values go into one filter: servers cap the size of a filter. */
const batchSize = 50

const noGroups: NamedGroups = { names: [], groups: [], ambiguous: [] }

/**
 * Returns the groups of a person, each once, and their names, sorted. Throws DirectoryTrouble for
 * too many groups or too deep nesting, because a truncated list could defeat a rule that keeps a
 * group's members out.
 */
export async function findGroups(
  ask: Ask,
  groups: GroupSettings,
  person: Entry,
  username: string,
): Promise<NamedGroups> {
  if (groups.how === 'none') return noGroups
  const found = await groupsBy(ask, groups, person, username)
  const once = new Map(found.map((group) => [dnKey(group.entry.dn), group]))
  if (once.size > groups.maxGroups) throw tooMany(groups.maxGroups)
  const namesakes = (attribute: string, names: readonly string[]) =>
    inBatches(names, (batch) => below(ask, groups, anyEquals([attribute], batch)))
  return await nameGroups([...once.values()], nameAttributeOf(groups), namesakes)
}

async function groupsBy(
  ask: Ask,
  groups: AnyGroups,
  person: Entry,
  username: string,
): Promise<readonly Group[]> {
  if (groups.how === 'tokenGroups') return await byTokenGroups(ask, groups, person)
  if (groups.how === 'memberOf') return await byMemberOf(ask, groups, person)
  return await bySearch(ask, groups, person, username)
}

async function byMemberOf(
  ask: Ask,
  groups: With<'memberOf'>,
  person: Entry,
): Promise<readonly Group[]> {
  const dns = textsOf(person, groups.attribute, 'text').filter((dn) => isBelow(dn, groups.base))
  if (dns.length > groups.maxGroups) throw tooMany(groups.maxGroups)
  const direct: Entry[] = []
  for (const dn of dns) {
    const filter = configuredFilter(groups.filter)
    const attributes = nameOf(groups)
    direct.push(
      ...(await ask({ base: dn, scope: 'base', filter, attributes, most: 1 }).catch(gone)),
    )
  }
  const listed = from(direct, `\`${groups.attribute}\` of the person`)
  const all = [...listed, ...(await primaryGroups(ask, groups, person))]
  return groups.nested === 'walk' ? walkUp(ask, groups, all) : all
}

/** Ignores a group that was removed meanwhile, or that the reader may not see. */
function gone(error: unknown): readonly Entry[] {
  if (error instanceof DirectoryTrouble && error.code === 'no-base') return []
  throw error
}

async function bySearch(
  ask: Ask,
  groups: With<'search'>,
  person: Entry,
  username: string,
): Promise<readonly Group[]> {
  const { memberAttribute, memberIs, nested } = groups
  const primary = await primaryGroups(ask, groups, person)
  if (nested === 'in-chain') {
    const chains = await Promise.all(
      [person, ...primary.map(({ entry }) => entry)].map(({ dn }) =>
        below(ask, groups, inChain(memberAttribute, dn)),
      ),
    )
    return [...primary, ...from(chains.flat(), `\`${memberAttribute}\`, followed in chain`)]
  }
  const value = memberIs === 'dn' ? person.dn : username
  const found = await below(ask, groups, anyEquals([memberAttribute], [value]))
  const direct = [...primary, ...from(found, `\`${memberAttribute}\` of the group`)]
  return nested === 'walk' ? walkUp(ask, groups, direct) : direct
}

/**
 * Reads the SIDs of the token, which the directory computes through nesting and the primary group;
 * then reads the group of each SID.
 */
async function byTokenGroups(
  ask: Ask,
  groups: With<'tokenGroups'>,
  person: Entry,
): Promise<readonly Group[]> {
  const [self] = await ask({
    base: person.dn,
    scope: 'base',
    filter: anyEntry,
    attributes: ['tokenGroups'],
    most: 1,
  })
  const sids = self?.values.get('tokengroups') ?? []
  if (sids.length === 0)
    throw new DirectoryTrouble(
      'unfit',
      'the directory gives no tokenGroups: may the reader see them?',
    )
  if (sids.length > groups.maxGroups) throw tooMany(groups.maxGroups)
  const found = await inBatches(sids, (batch) =>
    below(ask, groups, anyEquals(['objectSid'], batch)),
  )
  return from(found, '`tokenGroups` of the person')
}

async function primaryGroups(
  ask: Ask,
  groups: With<'memberOf' | 'search'>,
  person: Entry,
): Promise<readonly Group[]> {
  if (groups.primary === 'none') return []
  const { base } = groups
  if (groups.primary === 'posix') {
    const gid = textsOf(person, 'gidNumber')[0]
    if (!gid) return []
    const filter = both(
      configuredFilter('(objectClass=posixGroup)'),
      anyEquals(['gidNumber'], [gid]),
    )
    const attributes = nameOf(groups)
    const found = await ask({ base, scope: 'sub', filter, attributes, most: groups.maxGroups })
    return from(found, '`gidNumber` of the person')
  }
  const sid = person.values.get('objectsid')?.[0]
  const rid = textsOf(person, 'primaryGroupID')[0]
  const groupSid = sid && rid !== undefined ? siblingSid(sid, Number(rid)) : undefined
  if (!groupSid)
    throw new DirectoryTrouble(
      'unfit',
      'the person has no objectSid or primaryGroupID: may the reader see them?',
    )
  const found = await below(ask, groups, anyEquals(['objectSid'], [groupSid]))
  return from(found, '`primaryGroupID` of the person')
}

/** Follows parents, their parents, and so on; visits each group once, so cycles end. */
async function walkUp(
  ask: Ask,
  groups: With<'memberOf' | 'search'>,
  direct: readonly Group[],
): Promise<readonly Group[]> {
  const seen = new Map(direct.map((group) => [dnKey(group.entry.dn), group]))
  let level = [...seen.values()]
  for (let depth = 1; level.length > 0; depth++) {
    if (seen.size > groups.maxGroups) throw tooMany(groups.maxGroups)
    if (depth > groups.maxDepth)
      throw new DirectoryTrouble('too-many', `groups are nested deeper than ${groups.maxDepth}`)
    const parents = await inBatches(
      level.map(({ entry }) => entry.dn),
      (batch) => below(ask, groups, anyEquals([groups.memberAttribute], batch)),
    )
    level = []
    for (const parent of from(parents, `a group of a group, ${depth} up`)) {
      const key = dnKey(parent.entry.dn)
      if (seen.has(key)) continue
      seen.set(key, parent)
      level.push(parent)
    }
  }
  return [...seen.values()]
}

function below(ask: Ask, groups: AnyGroups, filter: Search['filter']): Promise<readonly Entry[]> {
  return ask({
    base: groups.base,
    scope: 'sub',
    filter: both(configuredFilter(groups.filter), filter),
    attributes: nameOf(groups),
    most: groups.maxGroups,
  })
}

/** `1.1` asks for no attribute at all (RFC 4511, section 4.5.1.8). */
function nameOf(groups: AnyGroups): readonly string[] {
  const name = nameAttributeOf(groups)
  return name === 'dn' ? ['1.1'] : [name]
}

function from(entries: readonly Entry[], origin: string): readonly Group[] {
  return entries.map((entry) => ({ entry, origin }))
}

async function inBatches<T, R>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += batchSize)
    results.push(...(await work(items.slice(start, start + batchSize))))
  return results
}

function tooMany(most: number): DirectoryTrouble {
  return new DirectoryTrouble(
    'too-many',
    `the person is in more than ${most} groups (groups.maxGroups)`,
  )
}
