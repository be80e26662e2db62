import type { FormProblem, ValueShown } from './form-shown.ts'
import type { Action, Again, Section } from './shown.ts'

/** A field of a question, which nothing keeps. */
export interface AskFieldShown extends ValueShown {
  /** Values that may be meant. */
  readonly suggestions?: readonly string[] | undefined
}

/** A question on the left, and on the right what is answered. Changes nothing. */
export interface AskContent {
  readonly kind: 'ask'
  readonly title: string
  readonly says: string
  /** `post` for questions that don't fit into an address. */
  readonly method: 'get' | 'post'
  readonly fields: readonly AskFieldShown[]
  /** Fields that are seldom needed, closed unless they hold something. */
  readonly more: readonly { readonly title: string; readonly fields: readonly AskFieldShown[] }[]
  readonly hidden?: Readonly<Record<string, string>> | undefined
  /** Other pages that help with the question. */
  readonly links?: readonly Action[] | undefined
  readonly button: string
  /** Further buttons, which send the question with a value besides. */
  readonly others?:
    | readonly { readonly text: string; readonly name: string; readonly value: string }[]
    | undefined
  readonly answers: readonly Section[]
  /**
   * A button below the first answer that sends these fields to another page of the console, as its
   * own form would.
   */
  readonly onward?:
    | {
        readonly text: string
        readonly href: string
        readonly fields: Readonly<Record<string, string>>
      }
    | undefined
  /** The page looks there for what is not done yet. */
  readonly again?: Again | undefined
  /** What stands there before anything is asked. */
  readonly empty: string
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
}
