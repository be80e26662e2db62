import type { Condition } from './condition.ts'
import { type Accept, type Entry, few } from './entry.ts'
import { Gates } from './gates.ts'
import { shapeOf } from './pattern-shape.ts'
import type { Question } from './question.ts'
import { conditionsHold, coversResource, type Statement } from './statement.ts'
import { TextIndex } from './text-index.ts'

/**
 * Finds the statements of one effect and action that apply to a question. An index only skips
 * statements that can't match.
 */
export class StatementIndex {
  readonly #statements: readonly Statement[]
  readonly #indexes: Indexes | undefined

  constructor(statements: readonly Statement[]) {
    this.#statements = statements
    this.#indexes = statements.length > few ? indexesOf(statements) : undefined
  }

  /** The first statement that applies and is accepted. The order of several is undefined. */
  find<State>(question: Question, accept: Accept<State>, state: State): Statement | undefined {
    if (!this.#indexes) {
      for (const statement of this.#statements) {
        if (
          coversResource(statement, question) &&
          conditionsHold(statement, question) &&
          accept(statement, question, state)
        )
          return statement
      }
      return undefined
    }
    const { byResource, byKey, others } = this.#indexes
    const found = byResource?.find(question.resource, question, accept, state)
    if (found) return found
    for (const { key, index } of byKey) {
      const values = question.context.get(key)
      const ofValue =
        values?.length === 1 ? index.find(values[0]!, question, accept, state) : undefined
      if (ofValue) return ofValue
    }
    return others?.find(question, accept, state)
  }
}

interface Indexes {
  readonly byResource: TextIndex | undefined
  /**
   * Statements about any resource, or any except some, by the value that they require for a
   * condition key.
   */
  readonly byKey: readonly { readonly key: string; readonly index: TextIndex }[]
  readonly others: Gates | undefined
}

function indexesOf(statements: readonly Statement[]): Indexes {
  let byResource: TextIndex | undefined
  const byKey = new Map<string, TextIndex>()
  const others: Statement[] = []
  for (const statement of statements) {
    const { resources } = statement
    if (resources && !resources.not && resources.values.every(({ text }) => text !== '*')) {
      byResource ??= new TextIndex()
      for (const { text, templated, matches } of resources.values) {
        const shape = shapeOf(text, { variables: templated, wildcards: true })
        byResource.add(shape, { statement, matches, runs: shape.runs })
      }
      continue
    }
    const wanted = statement.conditions.find(wantsText)
    if (wanted) addByValue(byKey, wanted, statement)
    else others.push(statement)
  }
  return {
    byResource,
    byKey: [...byKey].map(([key, index]) => ({ key, index })),
    others: others.length > 0 ? new Gates(others) : undefined,
  }
}

/** Whether the condition requires a value that matches a pattern. */
function wantsText({ operator }: Condition): boolean {
  return operator === 'StringEquals' || operator === 'StringLike'
}

function addByValue(
  byKey: Map<string, TextIndex>,
  { key, operator, values, templated }: Condition,
  statement: Statement,
): void {
  const index = byKey.get(key) ?? new TextIndex()
  byKey.set(key, index)
  const matches: Entry['matches'] = (_, question) => coversResource(statement, question)
  for (const value of values) {
    const shape = shapeOf(value, { variables: templated, wildcards: operator === 'StringLike' })
    index.add(shape, { statement, matches, runs: shape.runs })
  }
}
