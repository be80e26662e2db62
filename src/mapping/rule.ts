import type { MappingResult } from './grant.ts'
import type { Identity } from '../kernel/identity.ts'

/** One role that a rule gives, as it is written. Texts may have `${CEL}` parts; in a session policy, in its values. */
export interface GrantTemplate {
  readonly role: string
  /** Default: the identity's user name. */
  readonly sessionName?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
  readonly sourceIdentity?: string | undefined
  readonly maxDurationSeconds?: number | undefined
  /** JSON text. */
  readonly sessionPolicy?: string | undefined
}
export interface Rule {
  readonly name: string
  /** CEL, bool. Absent: everybody. */
  readonly when?: string | undefined
  /** CEL, list of texts: the grants are made for each, with the variable `item`. */
  readonly forEach?: string | undefined
  readonly grants: readonly GrantTemplate[]
}

/** Where in the rules, and what. `offset`: characters into that text, where it is known. */
export interface RuleProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly offset?: number
}

export interface Mappings {
  readonly rules: readonly Rule[]
  /** Pure, and never throws: a rule that cannot be evaluated denies itself only, and says so. */
  evaluate(identity: Identity): MappingResult
}
