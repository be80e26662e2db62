import { Bucket } from './bucket.ts'
import type { Accept, Entry } from './entry.ts'
import { PrefixTree } from './prefix-tree.ts'
import type { Question } from './question.ts'
import { shapeOf } from './resource.ts'
import { conditionsHold, coversResource, type Statement } from './statement.ts'

/** Fewer are walked as they stand. */
const few = 8

/** Finds the statements of one effect and action that apply to a question. An index only leaves out what can't match. */
export class StatementIndex {
  readonly #statements: readonly Statement[]
  #exact: Map<string, Bucket> | undefined
  #tree: PrefixTree | undefined

  constructor(statements: readonly Statement[]) {
    this.#statements = statements
    if (statements.length > few) this.#build()
  }

  /** The first statement that applies and is accepted. Which one of several comes first is not told. */
  find<State>(question: Question, accept: Accept<State>, state: State): Statement | undefined {
    const { resource } = question
    if (!this.#tree || !this.#exact) {
      for (const statement of this.#statements) {
        if (coversResource(statement, question) && conditionsHold(statement, question) && accept(statement, question, state)) return statement
      }
      return undefined
    }
    const found = this.#exact.get(resource)?.find(question, accept, state)
    if (found) return found
    let node = this.#tree.root
    for (let at = 0; ;) {
      const inside = node.bucket?.find(question, accept, state)
      if (inside) return inside
      const next = node.children?.get(resource.charCodeAt(at))
      if (!next || !resource.startsWith(next.label, at)) return undefined
      at += next.label.length
      node = next
    }
  }

  #build(): void {
    const exact = new Map<string, Bucket>()
    const tree = new PrefixTree()
    for (const statement of this.#statements) {
      if (!statement.resources || statement.resources.not) {
        tree.add('', { statement, matches: (_, question) => coversResource(statement, question), runs: [] })
        continue
      }
      for (const pattern of statement.resources.values) {
        const shape = shapeOf(pattern)
        const entry: Entry = { statement, matches: pattern.matches, runs: shape.runs }
        if (shape.exact === undefined || pattern.text === '*') {
          tree.add(pattern.text === '*' ? '' : shape.prefix, entry)
          continue
        }
        const bucket = exact.get(shape.exact) ?? new Bucket()
        bucket.add(entry)
        exact.set(shape.exact, bucket)
      }
    }
    this.#exact = exact
    this.#tree = tree
  }
}
