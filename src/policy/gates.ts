import type { Condition } from './condition.ts'
import type { Accept } from './entry.ts'
import type { Question } from './question.ts'
import { conditionsHold, coversResource, type Statement } from './statement.ts'

const passes = 1
const blocks = 2

/** A test that several statements share, and its result for the current question. */
interface Gate {
  readonly test: (question: Question) => boolean
  readonly shared: number
}

/**
 * Statements that no index tells apart. A condition or a NotResource pattern that is written alike
 * in several statements is tested once for each question, the most shared first.
 */
export class Gates {
  readonly #statements: readonly Statement[]
  readonly #gates: readonly Gate[]
  /** The gates of statement `i` are those from `#starts[i]` to `#starts[i + 1]`. */
  readonly #starts: Int32Array
  readonly #ofStatements: Int32Array
  readonly #answers: Uint8Array

  constructor(statements: readonly Statement[]) {
    this.#statements = statements
    const tests = statements.map(testsOf)
    const times = new Map<string, number>()
    for (const { text } of tests.flat()) times.set(text, (times.get(text) ?? 0) + 1)
    const ids = new Map<string, number>()
    const gates: Gate[] = []
    const ofStatements: number[] = []
    const starts = [0]
    for (const list of tests) {
      for (const { text, test } of list.sort((a, b) => times.get(b.text)! - times.get(a.text)!)) {
        const shared = times.get(text)!
        if (shared < 2) continue
        const id = ids.get(text) ?? gates.length
        if (id === gates.length) gates.push({ test, shared })
        ids.set(text, id)
        ofStatements.push(id)
      }
      starts.push(ofStatements.length)
    }
    this.#gates = gates
    this.#starts = Int32Array.from(starts)
    this.#ofStatements = Int32Array.from(ofStatements)
    this.#answers = new Uint8Array(gates.length)
  }

  find<State>(question: Question, accept: Accept<State>, state: State): Statement | undefined {
    this.#answers.fill(0)
    for (let i = 0; i < this.#statements.length; i++) {
      if (!this.#open(i, question)) continue
      const statement = this.#statements[i]!
      if (
        conditionsHold(statement, question) &&
        coversResource(statement, question) &&
        accept(statement, question, state)
      )
        return statement
    }
    return undefined
  }

  #open(i: number, question: Question): boolean {
    const answers = this.#answers
    for (let at = this.#starts[i]!; at < this.#starts[i + 1]!; at++) {
      const id = this.#ofStatements[at]!
      if (answers[id] === 0) answers[id] = this.#gates[id]!.test(question) ? passes : blocks
      if (answers[id] === blocks) return false
    }
    return true
  }
}

interface Test {
  readonly text: string
  readonly test: Gate['test']
}

/** The conditions for a statement to apply, split into parts that statements may share. */
function testsOf({ resources, conditions }: Statement): Test[] {
  const ofConditions = conditions.map(
    (condition): Test => ({ text: textOf(condition), test: condition.holds }),
  )
  if (!resources?.not) return ofConditions
  const ofResources = resources.values.map(
    ({ text, templated, matches }): Test => ({
      text: `${templated} ${text}`,
      test: (question) => !matches(question.resource, question),
    }),
  )
  return [...ofConditions, ...ofResources]
}

function textOf({ operator, key, values, templated }: Condition): string {
  return JSON.stringify([operator, key, templated, ...values])
}
