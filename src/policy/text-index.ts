import { Bucket } from './bucket.ts'
import type { Accept, Entry } from './entry.ts'
import type { PatternShape } from './pattern-shape.ts'
import { PrefixTree } from './prefix-tree.ts'
import type { Question } from './question.ts'
import type { Statement } from './statement.ts'

/** Entries by their patterns for one text: a resource, or the value of a condition key. */
export class TextIndex {
  readonly #exact = new Map<string, Bucket>()
  readonly #tree = new PrefixTree()
  #largest = 0

  add({ exact, prefix }: PatternShape, entry: Entry): void {
    if (exact === undefined) {
      this.#tree.add(prefix, entry)
      return
    }
    const bucket = this.#exact.get(exact) ?? new Bucket()
    bucket.add(entry)
    this.#exact.set(exact, bucket)
    if (exact.length > this.#largest) this.#largest = exact.length
  }

  find<State>(
    text: string,
    question: Question,
    accept: Accept<State>,
    state: State,
  ): Statement | undefined {
    if (text.length <= this.#largest) {
      const found = this.#exact.get(text)?.find(text, question, accept, state)
      if (found) return found
    }
    let node = this.#tree.root
    for (let at = 0; ; ) {
      const found = node.bucket?.find(text, question, accept, state)
      if (found) return found
      const next = node.next(text, at)
      if (!next) return undefined
      at += next.label.length
      node = next
    }
  }
}
