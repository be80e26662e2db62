import type { Limits } from './limits.ts'

export interface FilterShown {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly limits: Limits
  readonly options?: readonly { readonly value: string; readonly words: string }[] | undefined
  /** A day of UTC, which the browser has a calendar for. */
  readonly isDay?: true | undefined
  /** Seldom needed: closed unless it holds something. */
  readonly isMore?: true | undefined
  readonly problem?: string | undefined
}

/** How often each value occurs in what was found; a link filters by it, or no longer. */
export interface FacetShown {
  readonly title: string
  readonly values: readonly {
    readonly words: string
    readonly count: number
    readonly href: string
    readonly isChosen: boolean
  }[]
}
