import { type Accept, type Entry, findIn } from './entry.ts'
import type { Question } from './question.ts'
import type { Statement } from './statement.ts'

/** Lengths of grams, the most selective first. */
const lengths = [4, 2] as const
type Length = (typeof lengths)[number]

/**
 * A number for the code units at `at`: equal grams have equal numbers, different ones may collide.
 */
function gramAt(text: string, at: number, length: Length): number {
  if (length === 2) return (text.charCodeAt(at) << 14) ^ text.charCodeAt(at + 1)
  const first = Math.imul(text.charCodeAt(at), 31) + text.charCodeAt(at + 1)
  const four =
    Math.imul(Math.imul(first, 1_000_003) + text.charCodeAt(at + 2), 31) + text.charCodeAt(at + 3)
  return (four ^ (four >>> 15)) & 0x3fffffff
}

/** Entries, filed under grams of one length. */
class Grams {
  readonly #length: Length
  readonly #byGram: ReadonlyMap<number, readonly Entry[]>
  /** Whether any filed gram has these low bits: most positions of a text are dismissed here. */
  readonly #seen: Uint8Array
  readonly #mask: number

  constructor(length: Length, byGram: ReadonlyMap<number, readonly Entry[]>) {
    this.#length = length
    this.#byGram = byGram
    this.#mask = 2 ** Math.ceil(Math.log2(byGram.size * 8)) - 1
    this.#seen = new Uint8Array(this.#mask + 1)
    for (const gram of byGram.keys()) this.#seen[gram & this.#mask] = 1
  }

  find<State>(
    text: string,
    question: Question,
    accept: Accept<State>,
    state: State,
  ): Statement | undefined {
    const seen = this.#seen
    const mask = this.#mask
    const length = this.#length
    for (let at = text.length - length; at >= 0; at--) {
      const gram = gramAt(text, at, length)
      if (seen[gram & mask] === 0) continue
      const entries = this.#byGram.get(gram)
      const found = entries && findIn(entries, question, accept, state)
      if (found) return found
    }
    return undefined
  }
}

/** Finds the entries that have a gram of the text. */
export class GramIndex {
  readonly #grams: readonly Grams[]

  constructor(grams: readonly Grams[]) {
    this.#grams = grams
  }

  find<State>(
    text: string,
    question: Question,
    accept: Accept<State>,
    state: State,
  ): Statement | undefined {
    for (const grams of this.#grams) {
      const found = grams.find(text, question, accept, state)
      if (found) return found
    }
    return undefined
  }
}

/**
 * Files each entry under its rarest gram. Returns those without a gram, or without a rare one,
 * separately.
 */
export function gramIndex(entries: readonly Entry[]): {
  readonly index: GramIndex | undefined
  readonly left: readonly Entry[]
} {
  // A gram that more entries share is not selective enough.
  const mostShared = Math.max(16, entries.length / 32)
  const grams: Grams[] = []
  let left = entries
  for (const length of lengths) {
    const { byGram, others } = filed(left, length, mostShared)
    if (byGram.size > 0) grams.push(new Grams(length, byGram))
    left = others
  }
  return { index: grams.length > 0 ? new GramIndex(grams) : undefined, left }
}

interface Filed {
  readonly byGram: ReadonlyMap<number, readonly Entry[]>
  readonly others: readonly Entry[]
}

function filed(entries: readonly Entry[], length: Length, mostShared: number): Filed {
  const times = new Map<number, number>()
  for (const entry of entries)
    for (const gram of gramsOf(entry, length)) times.set(gram, (times.get(gram) ?? 0) + 1)
  const byGram = new Map<number, Entry[]>()
  const others: Entry[] = []
  for (const entry of entries) {
    let rarest: number | undefined
    for (const gram of gramsOf(entry, length))
      if (rarest === undefined || times.get(gram)! < times.get(rarest)!) rarest = gram
    if (rarest === undefined || times.get(rarest)! > mostShared) others.push(entry)
    else if (byGram.has(rarest)) byGram.get(rarest)!.push(entry)
    else byGram.set(rarest, [entry])
  }
  return { byGram, others }
}

function gramsOf({ runs }: Entry, length: Length): ReadonlySet<number> {
  const grams = new Set<number>()
  for (const run of runs)
    for (let at = 0; at + length <= run.length; at++) grams.add(gramAt(run, at, length))
  return grams
}
