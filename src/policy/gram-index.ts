import { type Accept, type Entry, findIn } from './entry.ts'
import type { Question } from './question.ts'
import type { Statement } from './statement.ts'

/** Characters in a gram. Patterns without so long a literal are left to others. */
const length = 4
/** A gram that more entries share tells too little. */
const mostShared = 16

/** A number for the four code units at `at`: different ones may share it, the same never differ. */
function gramAt(text: string, at: number): number {
  const hash = Math.imul(Math.imul(Math.imul(text.charCodeAt(at), 31) + text.charCodeAt(at + 1), 1_000_003) + text.charCodeAt(at + 2), 31) + text.charCodeAt(at + 3)
  return (hash ^ (hash >>> 15)) & 0x3fffffff
}

/** Finds the entries one of whose grams stands in the resource. */
export class GramIndex {
  readonly #byGram: ReadonlyMap<number, readonly Entry[]>
  /** One bit for many grams: most positions of a resource end here. */
  readonly #seen: Uint8Array
  readonly #mask: number

  constructor(byGram: ReadonlyMap<number, readonly Entry[]>) {
    this.#byGram = byGram
    this.#mask = 2 ** Math.ceil(Math.log2(byGram.size * 8)) - 1
    this.#seen = new Uint8Array(this.#mask + 1)
    for (const gram of byGram.keys()) this.#seen[gram & this.#mask] = 1
  }

  find<State>(question: Question, accept: Accept<State>, state: State): Statement | undefined {
    const { resource } = question
    const seen = this.#seen
    const mask = this.#mask
    for (let at = resource.length - length; at >= 0; at--) {
      const gram = gramAt(resource, at)
      if (seen[gram & mask] === 0) continue
      const entries = this.#byGram.get(gram)
      const found = entries && findIn(entries, question, accept, state)
      if (found) return found
    }
    return undefined
  }
}

/** Files each entry under the rarest of its grams; those that have none, or none that is rare, are left. */
export function gramIndex(entries: readonly Entry[]): { readonly index: GramIndex | undefined; readonly left: readonly Entry[] } {
  const times = new Map<number, number>()
  for (const entry of entries) for (const gram of gramsOf(entry)) times.set(gram, (times.get(gram) ?? 0) + 1)
  const byGram = new Map<number, Entry[]>()
  const left: Entry[] = []
  for (const entry of entries) {
    let rarest: number | undefined
    for (const gram of gramsOf(entry)) if (rarest === undefined || times.get(gram)! < times.get(rarest)!) rarest = gram
    if (rarest === undefined || times.get(rarest)! > mostShared) left.push(entry)
    else if (byGram.has(rarest)) byGram.get(rarest)!.push(entry)
    else byGram.set(rarest, [entry])
  }
  return { index: byGram.size > 0 ? new GramIndex(byGram) : undefined, left }
}

function gramsOf({ runs }: Entry): ReadonlySet<number> {
  const grams = new Set<number>()
  for (const run of runs) for (let at = 0; at + length <= run.length; at++) grams.add(gramAt(run, at))
  return grams
}
