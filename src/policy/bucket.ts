import type { Condition } from './condition.ts'
import { type Accept, type Entry, findIn } from './entry.ts'
import { type GramIndex, gramIndex } from './gram-index.ts'
import type { Question } from './question.ts'
import type { Statement } from './statement.ts'

/** Fewer are walked as they stand. */
const few = 8

/**
 * Entries that nothing tells apart by how the resource begins. Many of them are told apart by four characters that the
 * resource must hold, else by a value that StringEquals wants.
 */
export class Bucket {
  readonly #entries: Entry[] = []
  #sorted: Sorted | undefined

  add(entry: Entry): void {
    this.#entries.push(entry)
    this.#sorted = undefined
  }

  find<State>(question: Question, accept: Accept<State>, state: State): Statement | undefined {
    if (this.#entries.length <= few) return findIn(this.#entries, question, accept, state)
    this.#sorted ??= sorted(this.#entries)
    const { grams, byKey, others } = this.#sorted
    const found = grams?.find(question, accept, state)
    if (found) return found
    for (const { key, byValue } of byKey) {
      const values = question.context.get(key)
      const entries = values?.length === 1 ? byValue.get(values[0]!) : undefined
      const equal = entries && findIn(entries, question, accept, state)
      if (equal) return equal
    }
    return findIn(others, question, accept, state)
  }
}

interface KeyIndex {
  readonly key: string
  readonly byValue: ReadonlyMap<string, readonly Entry[]>
}
interface Sorted {
  readonly grams: GramIndex | undefined
  readonly byKey: readonly KeyIndex[]
  readonly others: readonly Entry[]
}

function sorted(entries: readonly Entry[]): Sorted {
  const { index, left } = gramIndex(entries)
  const byKey = new Map<string, Map<string, Entry[]>>()
  const others: Entry[] = []
  for (const entry of left) {
    const wanted = entry.statement.conditions.find(({ equals }) => equals !== undefined)
    if (wanted) addByValue(byKey, wanted, entry)
    else others.push(entry)
  }
  return { grams: index, byKey: [...byKey].map(([key, byValue]) => ({ key, byValue })), others }
}

function addByValue(byKey: Map<string, Map<string, Entry[]>>, { key, equals = [] }: Condition, entry: Entry): void {
  const byValue = byKey.get(key) ?? new Map<string, Entry[]>()
  byKey.set(key, byValue)
  for (const value of new Set(equals)) {
    const list = byValue.get(value)
    if (list) list.push(entry)
    else byValue.set(value, [entry])
  }
}
