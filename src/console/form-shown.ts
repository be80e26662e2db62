import type { Limits } from './limits.ts'
import type { Action, Section, Terms } from './shown.ts'

export interface FormProblem {
  readonly title: string
  readonly next: string
  readonly reference?: string | undefined
}

/** What the form asks a security key before it is sent. */
export interface CeremonyShown {
  /** Whether a new key is registered, or one that is known is touched. */
  readonly kind: 'create' | 'get'
  /** What the browser's function takes, as JSON. */
  readonly options: string
}

/** The steps of a form, of which one is shown. */
export interface StepsShown {
  readonly titles: readonly string[]
  readonly at: number
}

/** What became of one task: `left` where an earlier one was refused. */
export interface TaskOutcome {
  readonly words: string
  readonly state: 'done' | 'refused' | 'left'
  readonly message?: string | undefined
  readonly reference?: string | undefined
}

export interface Option {
  readonly value: string
  readonly words: string
  readonly help?: string | undefined
}

/**
 * How a field is filled in; the limits of the field apply to each. `choice` and `radio`: a few
 * labelled values. `secret`: never shown again. `check`: `true` or `false`. `pairs`: a JSON list of
 * keys with values. `pick`: one value of many, or a JSON list of them.
 */
export type Control =
  /** `note` replaces the field's help. */
  | { readonly kind: 'line'; readonly note?: string | undefined }
  /** `file`: what a file that fills it may be, as the attribute `accept` has it. */
  | {
      readonly kind: 'lines'
      readonly rows: number
      readonly code?: true | undefined
      readonly file?: string | undefined
    }
  | { readonly kind: 'number' }
  /** Filled by the form's ceremony. */
  | { readonly kind: 'security-key' }
  /** `rows`: of a secret of several lines, such as a key in PEM. */
  | { readonly kind: 'secret'; readonly rows?: number | undefined; readonly file?: string }
  | { readonly kind: 'check'; readonly words: string }
  | { readonly kind: 'choice' | 'radio'; readonly options: readonly Option[] }
  | { readonly kind: 'pairs'; readonly rows: number }
  | {
      readonly kind: 'pick'
      readonly many: boolean
      readonly options: readonly Option[]
      /** There are others, which a search finds. */
      readonly more: boolean
      /** What the options were looked for by; empty: nothing. */
      readonly sought: string
    }

/** A field with its value, of a form or a question. */
export interface ValueShown {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  readonly control: Control
  readonly limits: Limits
  readonly value: string
  readonly problem?: string | undefined
}

export interface FieldShown extends ValueShown {
  /** The value when the form was opened, which is submitted with the form. */
  readonly was: string
  /** The current value, when somebody else changed it meanwhile. */
  readonly now?: string | undefined
}

export interface FormContent {
  readonly kind: 'form'
  readonly title: string
  readonly says?: string | undefined
  /** Why nothing can be changed here; the form is then left out. */
  readonly locked?: string | undefined
  readonly fields: readonly FieldShown[]
  readonly ceremony?: CeremonyShown | undefined
  readonly button: string
  readonly keep: Action
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
  readonly steps?: StepsShown | undefined
  /** What was filled in at the other steps, to be read once more before it is sent. */
  readonly review?: Terms | undefined
  /** Fields of other steps, which the form carries on. */
  readonly carried?: readonly (readonly [name: string, value: string])[] | undefined
  /** Identifies this form, which is obeyed once. */
  readonly once?: string | undefined
  /** What else is to be known before the form is sent. */
  readonly sections?: readonly Section[] | undefined
  /** The form takes away what can't be brought back. */
  readonly danger?: boolean | undefined
}

/** What a form did, where that is more than one sentence. */
export interface ReportContent {
  readonly kind: 'report'
  readonly title: string
  readonly says: string
  /** Secrets that are shown this once. */
  readonly terms?: Terms | undefined
  readonly outcomes: readonly TaskOutcome[]
  readonly links: readonly Action[]
  /** More of it is to be done: a form that goes on, by itself where there is a script. */
  readonly goesOn?:
    | {
        readonly carried: readonly (readonly [name: string, value: string])[]
        readonly button: string
        readonly used: number
        readonly most: number
        readonly label: string
      }
    | undefined
  readonly status?: number | undefined
}
