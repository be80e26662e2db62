/** What pages show of decisions. Texts are plain texts, as in shown.ts. */
/** A step of a trace. Without statements it has nothing to open. */
export interface LayerShown {
  readonly name: string
  readonly note: string
  readonly outcome: Outcome
  readonly open: boolean
  readonly statements: readonly StatementShown[]
  /** Tells how many statements are not among them. */
  readonly others?: string | undefined
}

export interface Outcome {
  readonly tone: 'allow' | 'deny' | 'implicit' | 'none'
  readonly text: string
}

export interface StatementShown {
  readonly name: string
  readonly href?: string | undefined
  readonly note: string
  readonly outcome: Outcome
  readonly parts: readonly {
    readonly label: string
    readonly matched: boolean
    readonly text: string
  }[]
}

/** Who takes which role. */
export interface GraphShown {
  readonly nodes: readonly {
    readonly id: string
    readonly name: string
    /** Absent: the name is all of it. */
    readonly whole?: string | undefined
    /** What it is, in a word or two. */
    readonly sub: string
    /** `goal`: it can by itself; `outside`: of no account of ours, or a provider. */
    readonly look: 'goal' | 'plain' | 'outside'
  }[]
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    /** Only under a condition. */
    readonly depends: boolean
    /** From another account, or from everybody. */
    readonly crosses?: boolean | undefined
  }[]
}
