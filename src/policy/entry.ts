import type { Question } from './question.ts'
import { conditionsHold, type Statement } from './statement.ts'
import type { TemplateMatcher } from './template.ts'

/** Whether the search may end with a statement that applies. */
export type Accept<State> = (statement: Statement, question: Question, state: State) => boolean

/** A statement, filed under one of its patterns. */
export interface Entry {
  readonly statement: Statement
  /** Whether this pattern matches the resource of the question. */
  readonly matches: TemplateMatcher
  /** Runs of characters that every matching text contains. */
  readonly runs: readonly string[]
}

/** Up to this many entries are searched in order, because no index is faster. */
export const few = 8

/** The first entry whose statement applies and is accepted. */
export function findIn<State>(
  entries: readonly Entry[],
  question: Question,
  accept: Accept<State>,
  state: State,
): Statement | undefined {
  const { resource } = question
  for (let i = 0; i < entries.length; i++) {
    const { statement, matches } = entries[i]!
    if (
      matches(resource, question) &&
      conditionsHold(statement, question) &&
      accept(statement, question, state)
    )
      return statement
  }
  return undefined
}
