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
