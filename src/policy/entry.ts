import type { Question } from './question.ts'
import { conditionsHold, type Statement } from './statement.ts'
import type { TemplateMatcher } from './template.ts'

/** Whether the search ends at a statement that applies. */
export type Accept<State> = (statement: Statement, question: Question, state: State) => boolean

/** A statement under one of its patterns. */
export interface Entry {
  readonly statement: Statement
  /** Whether the statement's resources cover the one that is asked for, by this pattern. */
  readonly matches: TemplateMatcher
  /** Characters that stand together in every text that the pattern matches. */
  readonly runs: readonly string[]
}

/** Fewer are walked as they stand: no index is quicker. */
export const few = 8

/** The first entry whose statement applies and is accepted. */
export function findIn<State>(entries: readonly Entry[], question: Question, accept: Accept<State>, state: State): Statement | undefined {
  const { resource } = question
  for (let i = 0; i < entries.length; i++) {
    const { statement, matches } = entries[i]!
    if (matches(resource, question) && conditionsHold(statement, question) && accept(statement, question, state)) return statement
  }
  return undefined
}
