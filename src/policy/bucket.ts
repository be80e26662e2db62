import { type Accept, type Entry, few, findIn } from './entry.ts'
import { type GramIndex, gramIndex } from './gram-index.ts'
import type { Question } from './question.ts'
import type { Statement } from './statement.ts'

/**
 * Entries whose patterns start alike. Most of them are told apart by runs of characters that a
 * matching text must contain.
 */
export class Bucket {
  readonly #entries: Entry[] = []
  #grams: { readonly index: GramIndex | undefined; readonly left: readonly Entry[] } | undefined

  add(entry: Entry): void {
    this.#entries.push(entry)
  }

  find<State>(
    text: string,
    question: Question,
    accept: Accept<State>,
    state: State,
  ): Statement | undefined {
    if (this.#entries.length <= few) return findIn(this.#entries, question, accept, state)
    this.#grams ??= gramIndex(this.#entries)
    const { index, left } = this.#grams
    return index?.find(text, question, accept, state) ?? findIn(left, question, accept, state)
  }
}
