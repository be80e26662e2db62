import { type Json, memberPath } from '../json.ts'
import type { Statement } from '../statement.ts'

/** A statement with the paths of its elements. */
export interface PlacedStatement {
  readonly statement: Statement
  readonly path: string
  /** The path of an element, or of one of its values. A single value has the element's path. */
  pathOf(element: string, index?: number): string
  /** The path of a value of a condition; without `value`, of its key. */
  conditionPath(operator: string, key: string, value?: number): string
  /** The paths of the principals, in the parser's order. */
  readonly principalPaths: readonly string[]
}

/** The positions of everything in a document. */
export interface Places {
  readonly offsets: ReadonlyMap<string, number>
  /** Spelling by path in lower case, because conditions keep their keys in lower case. */
  readonly spelled: ReadonlyMap<string, string>
}

export function placesOf(json: Json): Places {
  const offsets = new Map<string, number>()
  const walk = (value: Json, path: string) => {
    if (!offsets.has(path)) offsets.set(path, value.at)
    if (value.type === 'object') {
      for (const member of value.members) {
        offsets.set(
          memberPath(path, member.name),
          member.value.type === 'string' ? member.value.at : member.at,
        )
        walk(member.value, memberPath(path, member.name))
      }
    }
    if (value.type === 'array')
      for (const [i, item] of value.items.entries()) walk(item, `${path}[${i}]`)
  }
  walk(json, '')
  return {
    offsets,
    spelled: new Map([...offsets.keys()].map((path) => [path.toLowerCase(), path])),
  }
}

/** `kinds`: kinds of principals in the order in which the parser reads them. */
export function placeStatement(
  statement: Statement,
  { offsets, spelled }: Places,
  kinds: readonly string[],
): PlacedStatement {
  const path = offsets.has('Statement[0]') ? `Statement[${statement.index}]` : 'Statement'
  const valueAt = (base: string, index: number | undefined) => {
    const inList = index === undefined ? base : `${base}[${index}]`
    return offsets.has(inList) ? inList : base
  }
  const named = `${path}.${statement.principals?.not ? 'NotPrincipal' : 'Principal'}`
  const perKind = new Map<string, number>()
  return {
    statement,
    path,
    pathOf: (element, index) => valueAt(memberPath(path, element), index),
    conditionPath(operator, key, value) {
      const base = `${path}.Condition`
      const block = memberPath(base, operator)
      const written = spelled.get(memberPath(block, key).toLowerCase())
      return written === undefined ? base : valueAt(written, value)
    },
    principalPaths: (statement.principals?.values ?? []).map(({ kind }) => {
      const member = kind === '*' ? 'AWS' : kind
      if (!kinds.includes(member)) return named
      const index = perKind.get(member) ?? 0
      perKind.set(member, index + 1)
      return valueAt(offsets.has(`${named}.${member}`) ? `${named}.${member}` : named, index)
    }),
  }
}
