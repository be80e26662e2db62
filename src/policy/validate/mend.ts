import { type Json, type Member, memberPath, shown } from '../json.ts'
import { endOf, endOfString } from '../json-span.ts'
import type { FindingCode, Mend, Remedy } from './finding.ts'

const newest = '2012-10-17'

/** Findings that end when what stands at their path is taken out. */
const takenOut: ReadonlySet<FindingCode> = new Set([
  'duplicate-action',
  'redundant-action',
  'duplicate-resource',
  'redundant-resource',
  'duplicate-principal',
  'redundant-principal',
  'duplicate-value',
  'duplicate-statement',
  'redundant-statement',
  'empty-condition',
  'empty-sid',
])
const ofVersion: ReadonlySet<FindingCode> = new Set([
  'version-missing',
  'version-of-2008',
  'variable-without-version',
  'managed-policy-version',
  'version-of-organizations',
])

export interface MendInput {
  readonly text: string
  readonly json: Json
  readonly code: FindingCode
  readonly path: string
  readonly remedy?: Remedy | undefined
}

/**
 * The edit of the text that ends a finding, or undefined where a person has to decide. Everything
 * else of the text stays as it is written.
 */
export function mendOf({ text, json, code, path, remedy }: MendInput): Mend | undefined {
  if (ofVersion.has(code)) return newestVersion(text, json)
  if (takenOut.has(code)) return withoutPart(text, partAt(json, path))
  if (remedy === undefined) return undefined
  const part = partAt(json, path)
  if (!part) return undefined
  switch (remedy.kind) {
    case 'operator':
      return renamed(text, part, remedy.name)
    case 'name':
      return withName(text, part, remedy.text)
    case 'part':
      return replaced(text, part, (written) =>
        written.split(':').with(remedy.at, remedy.text).join(':'),
      )
    case 'value':
      return replaced(text, part, () => remedy.text)
  }
}

/** The text after the edit. */
export function mended(text: string, { from, to, insert }: Mend): string {
  return text.slice(0, from) + insert + text.slice(to)
}

/** A value of the document, and the object or list that holds it. */
interface Part {
  readonly value: Json
  readonly above?: Part | undefined
  /** The index among the members or items above. */
  readonly index: number
}

function partAt(json: Json, path: string): Part | undefined {
  const walk = (part: Part, here: string): Part | undefined => {
    if (here === path) return part
    const { value } = part
    if (value.type === 'array') {
      const [step = '', number = ''] = /^\[(\d+)\]/.exec(path.slice(here.length)) ?? []
      const item = value.items[Number(number)]
      const index = Number(number)
      return step && item ? walk({ value: item, above: part, index }, here + step) : undefined
    }
    if (value.type !== 'object') return undefined
    for (const [index, member] of value.members.entries()) {
      const at = memberPath(here, member.name)
      if (!path.startsWith(at)) continue
      const found = walk({ value: member.value, above: part, index }, at)
      if (found) return found
    }
    return undefined
  }
  return walk({ value: json, index: 0 }, '')
}

function newestVersion(text: string, json: Json): Mend | undefined {
  if (json.type !== 'object') return undefined
  const words = `Set Version to ${newest}`
  const member = json.members.find(({ name }) => name === 'Version')
  if (member)
    return {
      words,
      from: member.value.at,
      to: endOf(text, member.value),
      insert: JSON.stringify(newest),
    }
  const [first] = json.members
  if (!first) return undefined
  const from = json.at + 1
  const blank = text.slice(from, first.at)
  return { words, from, to: from, insert: `${blank}"Version": ${JSON.stringify(newest)},` }
}

/** The only value of a list or object stays: without it the element would be another one. */
function withoutPart(text: string, part: Part | undefined): Mend | undefined {
  const above = part?.above?.value
  if (!part || (above?.type !== 'object' && above?.type !== 'array')) return undefined
  const spans = spansOf(text, above)
  if (spans.length < 2) return undefined
  const [own, next, last] = [spans[part.index]!, spans[part.index + 1], spans[part.index - 1]]
  const words = 'Take it out'
  return next
    ? { words, from: own.from, to: next.from, insert: '' }
    : { words, from: last!.to, to: own.to, insert: '' }
}

function spansOf(
  text: string,
  above: Extract<Json, { type: 'object' | 'array' }>,
): readonly { readonly from: number; readonly to: number }[] {
  return above.type === 'object'
    ? above.members.map(({ at, value }) => ({ from: at, to: endOf(text, value) }))
    : above.items.map((item) => ({ from: item.at, to: endOf(text, item) }))
}

function replaced(
  text: string,
  { value }: Part,
  changed: (written: string) => string,
): Mend | undefined {
  if (value.type !== 'string') return undefined
  const written = changed(value.text)
  const insert = JSON.stringify(written)
  return { words: `Write ${shown(written)}`, from: value.at, to: endOf(text, value), insert }
}

/** The operator gets another name only where it has one key: others may be meant as they are. */
function renamed(text: string, { value, above }: Part, name: string): Mend | undefined {
  // A single value stands right below its key, a listed one a level deeper.
  const block = above?.value.type === 'array' ? above.above : above
  if (value.type !== 'string' && value.type !== 'array' && value.type !== 'boolean')
    return undefined
  return block?.value.type === 'object' && block.value.members.length === 1
    ? withName(text, block, name)
    : undefined
}

function withName(text: string, part: Part, name: string): Mend | undefined {
  const above = part.above?.value
  if (above?.type !== 'object' || above.members.some((one) => one.name === name)) return undefined
  const member: Member = above.members[part.index]!
  const insert = JSON.stringify(name)
  return {
    words: `Write ${shown(name)}`,
    from: member.at,
    to: endOfString(text, member.at),
    insert,
  }
}
