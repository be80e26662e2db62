import type { Action, Call } from './call.ts'
import type { FieldRule, Step, Values } from './fields.ts'
import type { Control, FormContent, ReportContent } from './form-shown.ts'
import type { PageRequest } from './request.ts'
import type { Section, Action as Way } from './shown.ts'
import type { Task } from './tasks.ts'

/** What a form begins with. */
export interface StepsState {
  readonly title: string
  readonly says?: string | undefined
  /** Why nothing can be changed here. */
  readonly locked?: string | undefined
  /** Current values, by the fields' names. */
  readonly values?: Values | undefined
  /** Loads the control of a field when it is shown; `sought`: what the person looks for. */
  readonly controls?: Readonly<Record<string, (sought: string) => Promise<Control>>> | undefined
  /** For the field of kind `security-key`. */
  readonly ceremony?: FormContent['ceremony']
  readonly keep: Way
  readonly sections?: FormContent['sections']
  /** Returns what is wrong with the values as a whole, by fields, beyond the checks of each. */
  readonly problemOf?:
    | ((values: Values) => Readonly<Record<string, string>> | undefined)
    | undefined
  /** Digest of what the person is shown: nothing is done when it is another by now. */
  readonly seen?: string | undefined
}

/** What a filled form does. */
export interface Plan<A extends Action> {
  readonly tasks: readonly Task<A>[]
  /** Where the browser goes when all of it was done, with a message that is shown there once. */
  readonly to: string
  readonly said: string
  /** The title of the report, where a task was refused or something is to be shown once. */
  readonly report: string
  /**
   * Does it in place of the tasks, and sees to it that each part is done once; `carried`: all that
   * was filled in, for a form that goes on.
   */
  readonly run?: ((carried: Carried) => Promise<ReportContent>) | undefined
}

/** Names and values of hidden fields. */
export type Carried = readonly (readonly [name: string, value: string])[]

export interface Asked<S extends StepsState>
  extends Pick<PageRequest, 'params' | 'session' | 'publicUrl'> {
  /** Whether the person changed a field. */
  changed(name: string): boolean
  /** The values before the change. */
  readonly now: Values
  /** What was read. */
  readonly state: S
}

/** The browser goes there after a change. */
export interface Saved {
  readonly kind: 'saved'
  readonly to: string
  readonly said: string
}

export interface StepsRules<A extends Action, S extends StepsState = StepsState> {
  /** A form of one step has no review, unless it is `reviewed`. */
  readonly steps: readonly Step[]
  readonly reviewed?: boolean | undefined
  /** Fields of the last step, such as secrets, which no earlier one may hold. */
  readonly last?: readonly FieldRule[] | undefined
  readonly button: string
  readonly danger?: boolean | undefined
  /** What the last step shows besides the values: what the form makes of them. */
  preview?(
    values: Values,
    request: PageRequest,
    state: S,
  ): readonly Section[] | Promise<readonly Section[]>
  /** An unchanged form says so and does nothing. */
  readonly edits?: boolean | undefined
  read(call: Call<A>, request: PageRequest): Promise<S>
  plan(values: Values, asked: Asked<S>): Plan<A>
}
