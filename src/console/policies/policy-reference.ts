import { type ActionReference, conditionOperators, globalKeys } from '../../policy/index.ts'
import { serviceTitles } from '../../reference/service-titles.ts'

/** A condition key: its name, its type, and 1 where it has several values. */
export type KeyRow = readonly [name: string, type: string, multivalued: 0 | 1]

/** What the editor completes before it knows a service. */
export interface ReferenceIndex {
  /** Prefix and title, in order of the prefix. */
  readonly services: readonly (readonly [prefix: string, title: string])[]
  /** Keys that requests of every service may have. */
  readonly keys: readonly KeyRow[]
  readonly operators: readonly string[]
}

/** One service; `resources` and `keys` of an action are indexes into the lists. */
export interface ServiceReference {
  readonly actions: readonly (readonly [
    name: string,
    level: string,
    resources: readonly number[],
    keys: readonly number[],
  ])[]
  /** ARNs with `*` for what varies. */
  readonly resources: readonly string[]
  readonly keys: readonly KeyRow[]
}

/** The services that policies of the account may name, and what belongs to no service. */
export async function referenceIndex(reference: ActionReference): Promise<ReferenceIndex> {
  const titles = await serviceTitles()
  return {
    services: reference.services
      .toSorted()
      .map((prefix) => [prefix, titles[prefix] ?? prefix] as const),
    keys: globalKeys().map(keyRow),
    operators: conditionOperators,
  }
}

/** The actions, resource types and condition keys of a service; undefined: there is none. */
export function serviceReference(
  reference: ActionReference,
  prefix: string,
): ServiceReference | undefined {
  const actions = reference.actions(prefix)
  if (!actions) return undefined
  const known = reference.keys(prefix)
  const keys = new Map(known.map(({ name }, i) => [name, i]))
  const resources = [...new Set(actions.flatMap((action) => action.resources))].toSorted()
  const at = new Map(resources.map((arn, i) => [arn, i]))
  return {
    actions: actions.map((action) => [
      action.name,
      action.level,
      action.resources.flatMap((arn) => at.get(arn) ?? []),
      action.keys.flatMap((name) => keys.get(name) ?? []),
    ]),
    resources,
    keys: known.map(keyRow),
  }
}

function keyRow({ name, type, multivalued }: ReturnType<typeof globalKeys>[number]): KeyRow {
  return [name, type, multivalued ? 1 : 0]
}
