import { isDeepStrictEqual } from 'node:util'
import { accountChanges } from './account-changes.ts'
import type { AccountConfiguration, CurrentAccount, Kind } from './account-configuration.ts'
import type { Change } from './change.ts'
import { createdEntities, deletedEntities, heldChanges } from './entity-changes.ts'

export interface Difference {
  /** In an order in which each call finds what it names. */
  readonly changes: readonly Change[]
  /** What can't be changed: nothing is applied then. */
  readonly problems: readonly string[]
  /** What is there and not in the folder, and stays. */
  readonly left: readonly string[]
}

const nouns: Readonly<Record<Kind, string>> = {
  policies: 'policy',
  groups: 'group',
  users: 'user',
  roles: 'role',
  'instance-profiles': 'instance profile',
  'oidc-providers': 'OpenID Connect provider',
}

/** What may never change once an entity is there, by kind. */
const fixed: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  policies: ['path', 'description'],
  roles: ['path'],
  'instance-profiles': ['path'],
}

/**
 * The calls that turn an account into what a folder says. Pure. Entities that the folder does not
 * have stay, unless `prune` is said.
 */
export function difference(
  current: CurrentAccount,
  wanted: AccountConfiguration,
  { prune }: { readonly prune: boolean },
): Difference {
  const problems: string[] = []
  const left: string[] = []
  const gone = new Map<Kind, readonly string[]>()
  for (const kind of Object.keys(nouns) as Kind[]) {
    problems.push(...unfit(kind, current, wanted))
    const names = new Set([...wanted.entities[kind].keys()].map((name) => name.toLowerCase()))
    const others = [...current.entities[kind].keys()].filter(
      (name) => !names.has(name.toLowerCase()),
    )
    if (prune) gone.set(kind, others)
    else left.push(...others.map((name) => `${nouns[kind]} ${name}`))
  }
  const changes = [
    ...createdEntities(current, wanted),
    ...heldChanges(current, wanted),
    ...deletedEntities(current, gone),
    ...accountChanges(current.ofAccount ?? {}, wanted.ofAccount),
  ]
  return { changes, problems, left }
}

function unfit(
  kind: Kind,
  current: CurrentAccount,
  wanted: AccountConfiguration,
): readonly string[] {
  const spelled = new Map([...current.entities[kind]].map(([name]) => [name.toLowerCase(), name]))
  return [...wanted.entities[kind]].flatMap(([name, entity]) => {
    const there = spelled.get(name.toLowerCase())
    if (there === undefined) return []
    if (there !== name) return [`${nouns[kind]} ${name} is called ${there} there: rename its file`]
    const before = current.entities[kind].get(name) as Readonly<Record<string, unknown>>
    const after = entity as Readonly<Record<string, unknown>>
    return (fixed[kind] ?? [])
      .filter((key) => !isDeepStrictEqual(before[key] || undefined, after[key] || undefined))
      .map(
        (key) =>
          `${nouns[kind]} ${name}: its ${key} can't be changed; remove the ${nouns[kind]}, ` +
          'then make another',
      )
  })
}
