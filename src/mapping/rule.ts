import type { Identity } from '../kernel/identity.ts'
import type { MappingResult } from './grant.ts'

/**
 * One role that a rule gives, as written in the settings. Texts may contain `${CEL}` expressions;
 * in a session policy, only values may.
 */
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
  /** CEL, list of texts: the grants are made once for each, with the variable `item`. */
  readonly forEach?: string | undefined
  readonly grants: readonly GrantTemplate[]
}

/** What is wrong and where. `offset`: characters into that text, where it is known. */
export interface RuleProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly offset?: number | undefined
}

export interface Mappings {
  readonly rules: readonly Rule[]
  /**
   * Pure, and never throws. A rule that can't be evaluated gives no grant, and its outcome says
   * why; other rules still count.
   */
  evaluate(identity: Identity): MappingResult
}
