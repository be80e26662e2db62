import type { Condition } from '../condition.ts'
import type { KnownKey } from './known-keys.ts'
import type { RuleInput } from './rule.ts'

/** A condition as the rules look at it. */
export interface Looked extends RuleInput {
  readonly condition: Condition
  readonly base: string
  readonly set: string | undefined
  readonly ifExists: boolean
  /** The path of the key, or of one of its values. */
  readonly at: (value?: number) => string
  readonly key: KnownKey | undefined
}
