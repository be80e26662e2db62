import { type Json, parseJson } from '../../policy/json.ts'
import { endOf } from '../../policy/json-span.ts'
import {
  isHidden,
  memberOf,
  statementNodes,
  type VisualCondition,
  type VisualStatement,
  visualOf,
} from './visual-document.ts'

/** Replaces a part of the text; offsets in UTF-16 units of the text before all edits. */
interface TextEdit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

type ObjectNode = Extract<Json, { type: 'object' }>

/**
 * The text whose statement says what `wanted` says. Elements that say it already keep their text,
 * as does everything beside the statement. A statement that the visual editor does not show stays.
 */
export function withStatement(text: string, index: number, wanted: VisualStatement): string {
  return elements.reduce((before, { name, same, written }) => {
    const node = statementNodes(before)?.[index]
    const visual = visualOf(before)
    const now = visual.ok ? visual.statements[index] : undefined
    if (node?.type !== 'object' || !now || isHidden(now) || same(now, wanted)) return before
    const value = written(wanted)
    const at = { text: before, node, name }
    return edited(before, value === undefined ? withoutMember(at) : withMember(at, value))
  }, text)
}

/** The text with one more statement, after the last one; the same: it has no statements. */
export function withAddedStatement(text: string): string {
  return edited(text, addedStatement(text))
}

/** The text without a statement; the same: it is the only one, which a policy needs. */
export function withoutStatement(text: string, index: number): string {
  return edited(text, removedStatement(text, index))
}

function addedStatement(text: string): readonly TextEdit[] {
  const json = parseJson(text)
  if (!json.ok || json.value.type !== 'object') return []
  const list = memberOf(json.value.members, 'Statement')?.value
  const fresh = { Effect: 'Allow', Action: [], Resource: [] }
  if (list?.type === 'object') {
    const pad = columnOf(text, list.at)
    const to = list.end
    const insert = `,\n${pad}${indentedAt(fresh, pad)}]`
    return [
      { from: list.at, to: list.at, insert: '[' },
      { from: to, to, insert },
    ]
  }
  if (list?.type !== 'array') return []
  const last = list.items.at(-1)
  if (!last) {
    const from = list.at + 1
    return [{ from, to: endOf(text, list) - 1, insert: JSON.stringify(fresh) }]
  }
  const at = endOf(text, last)
  const pad = columnOf(text, last.at)
  return [{ from: at, to: at, insert: `,\n${pad}${indentedAt(fresh, pad)}` }]
}

function removedStatement(text: string, index: number): readonly TextEdit[] {
  const nodes = statementNodes(text) ?? []
  const [own, next, last] = [nodes[index], nodes[index + 1], nodes[index - 1]]
  if (!own || nodes.length < 2) return []
  return next
    ? [{ from: own.at, to: next.at, insert: '' }]
    : [{ from: endOf(text, last!), to: endOf(text, own), insert: '' }]
}

/** The text after edits that do not overlap. */
function edited(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text)
}

interface Element {
  readonly name: string
  same(now: VisualStatement, wanted: VisualStatement): boolean
  /** Undefined: the element is left out. */
  written(wanted: VisualStatement): unknown
}

const alike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

const elements: readonly Element[] = [
  {
    name: 'Sid',
    same: (now, wanted) => now.sid === wanted.sid,
    written: ({ sid }) => (sid === '' ? undefined : sid),
  },
  {
    name: 'Effect',
    same: (now, wanted) => now.effect === wanted.effect,
    written: ({ effect }) => effect,
  },
  {
    name: 'Action',
    same: (now, wanted) => alike(now.actions, wanted.actions),
    written: ({ actions }) => oneOrMany(actions),
  },
  {
    name: 'Resource',
    same: (now, wanted) => alike(now.resources, wanted.resources),
    written: ({ resources }) => oneOrMany(resources),
  },
  {
    name: 'Condition',
    same: (now, wanted) => alike(now.conditions, wanted.conditions),
    written: ({ conditions }) => blockOf(conditions),
  },
]

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values
}

/**
 * Operators in the order of their first key. A key that stands twice under an operator has the
 * values of both, as an object has a name once.
 */
function blockOf(conditions: readonly VisualCondition[]): object | undefined {
  const blocks = new Map<string, Map<string, readonly string[]>>()
  for (const { operator, key, values } of conditions) {
    const block = blocks.get(operator) ?? new Map<string, readonly string[]>()
    block.set(key, [...(block.get(key) ?? []), ...values])
    blocks.set(operator, block)
  }
  if (blocks.size === 0) return undefined
  const written = [...blocks].map(
    ([operator, block]) =>
      [
        operator,
        Object.fromEntries([...block].map(([key, values]) => [key, oneOrMany(values)])),
      ] as const,
  )
  return Object.fromEntries(written)
}

interface MemberPlace {
  readonly text: string
  readonly node: ObjectNode
  readonly name: string
}

function withMember({ text, node, name }: MemberPlace, value: unknown): readonly TextEdit[] {
  const member = memberOf(node.members, name)
  if (member) {
    const pad = columnOf(text, member.at)
    const { at } = member.value
    return [{ from: at, to: endOf(text, member.value), insert: indentedAt(value, pad) }]
  }
  const written = (pad: string) => `${JSON.stringify(name)}: ${indentedAt(value, pad)}`
  const [first] = node.members
  const last = node.members.at(-1)
  if (!first || !last) return []
  const blank = text.slice(node.at + 1, first.at)
  const pad = columnOf(text, first.at)
  if (name === 'Sid')
    return [{ from: first.at, to: first.at, insert: `${written(pad)},${blank || ' '}` }]
  const at = endOf(text, last.value)
  return [{ from: at, to: at, insert: `,${blank || ' '}${written(pad)}` }]
}

function withoutMember({ text, node, name }: MemberPlace): readonly TextEdit[] {
  const index = node.members.findIndex((member) => member.name === name)
  const [own, next, last] = [node.members[index], node.members[index + 1], node.members[index - 1]]
  if (!own) return []
  if (next) return [{ from: own.at, to: next.at, insert: '' }]
  if (!last) return []
  return [{ from: endOf(text, last.value), to: endOf(text, own.value), insert: '' }]
}

/** The white space in front of what stands at `at` on its line; empty where text stands there. */
function columnOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^[ \t]*/.exec(line)![0]
}

/** A value over several lines, the later ones moved to the column where its member stands. */
function indentedAt(value: unknown, pad: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${pad}`)
}
