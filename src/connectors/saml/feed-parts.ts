import { tagsOf } from './well-formed.ts'

/**
 * A part of a feed, in order. Between `open` and `close` of a group (`EntitiesDescriptor`), a
 * `content` is text with whole children of that group. All parts together are the whole root
 * element.
 */
export type FeedPart =
  | { readonly kind: 'open'; readonly tag: string }
  | { readonly kind: 'content'; readonly text: string; readonly wanted: boolean }
  | { readonly kind: 'close' }

export interface CutOptions {
  readonly mostElements: number
  /** Whether the entity with this start tag may be the one that is looked for. */
  readonly isWanted: (tag: string) => boolean
  /** From this size on, a content ends with its next child. */
  readonly partCharacters?: number | undefined
}

/** Keeps the cost of one part low, and that of parsing the groups around each part too. */
const standardPartCharacters = 65_536
/** Groups below these are content. Federations publish one group, or groups in one group. */
const deepestGroup = 4
const mostGroups = 1000

/** Matches by local name alone: who reads the parts checks the namespaces. */
const groupTag = /^<(?:[^\s:>/]+:)?EntitiesDescriptor[\s/>]/
const entityTag = /^<(?:[^\s:>/]+:)?EntityDescriptor[\s/>]/

/**
 * Cut a document with many entities into parts that can be parsed one by one, each within the start
 * tags of its groups. Checks that the whole is well-formed. Returns undefined when the root is not
 * `EntitiesDescriptor`. Throws SamlFault.
 */
export function feedParts(
  body: string,
  { mostElements, isWanted, partCharacters = standardPartCharacters }: CutOptions,
): readonly FeedPart[] | undefined {
  const parts: FeedPart[] = []
  let [from, wanted] = [0, false]
  const cut = (to: number) => {
    if (to > from) parts.push({ kind: 'content', text: body.slice(from, to), wanted })
    wanted = false
    from = to
  }
  let [groups, open, depth, atRoot] = [0, 0, 0, true]
  for (const { kind, at, end } of tagsOf(body, { document: true, elements: mostElements })) {
    if (kind !== 'start' && kind !== 'end' && kind !== 'empty') continue
    const tag = kind === 'end' ? '' : body.slice(at, end)
    const isGroup = kind === 'start' && groupTag.test(tag)
    if (atRoot) {
      if (!isGroup) return undefined
      from = at
      atRoot = false
    }
    wanted ||= entityTag.test(tag) && isWanted(tag)
    if (depth === 0 && isGroup && open < deepestGroup && groups < mostGroups) {
      cut(at)
      parts.push({ kind: 'open', tag })
      ;[from, open, groups] = [end, open + 1, groups + 1]
    } else if (depth === 0 && kind === 'end') {
      cut(at)
      parts.push({ kind: 'close' })
      ;[from, open] = [end, open - 1]
    } else {
      if (kind !== 'empty') depth += kind === 'start' ? 1 : -1
      if (depth === 0 && end - from >= partCharacters) cut(end)
    }
  }
  return parts
}
