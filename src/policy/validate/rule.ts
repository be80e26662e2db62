import type { ActionReference, ReferencedAction } from '../access-level.ts'
import type { PolicyKind } from '../question.ts'
import type { PolicyHolder } from '../quotas.ts'
import type { Statement } from '../statement.ts'
import type { Remedy, RuleFinding } from './finding.ts'
import type { SemanticCode } from './finding-codes.ts'
import type { PlacedStatement } from './placed-statement.ts'

export interface Circumstances {
  /** Without it, names of services, actions, resources and keys are not checked. */
  readonly reference?: ActionReference | undefined
  /** The account of the policy; without it, principals of other accounts are not reported. */
  readonly account?: string | undefined
  /** Where an identity policy is kept, which decides its quota. */
  readonly holder?: PolicyHolder | undefined
  /** The partition of the policy's account; without it, every partition of AWS counts as it. */
  readonly partition?: string | undefined
}

export interface RuleInput extends Circumstances {
  readonly placed: PlacedStatement
  readonly kind: PolicyKind
}
/** A family of rules: findings about a single statement. */
export type Rules = (input: RuleInput) => Iterable<RuleFinding>

export function finding(
  code: SemanticCode,
  path: string,
  message: string,
  remedy?: Remedy,
): RuleFinding {
  return { code, path, message, remedy }
}

/**
 * The actions of the reference that a statement's Action covers, except by `*`. Only for statements
 * without NotAction.
 */
export function actionsOf(
  { actions }: Statement,
  reference: ActionReference,
): readonly CoveredAction[] {
  return actions.values.flatMap((pattern, index) => {
    const { service = '', matches } = pattern
    return (reference.actions(service) ?? [])
      .filter(({ name }) => matches(`${service}:${name.toLowerCase()}`))
      .map((action) => ({ action, service, pattern: index }))
  })
}
export interface CoveredAction {
  readonly action: ReferencedAction
  /** The prefix, in lower case. */
  readonly service: string
  /** Index of the value of Action. */
  readonly pattern: number
}

/** Whether the statement covers an action by name, ignoring case. */
export function names({ actions }: Statement, action: string): boolean {
  const lower = action.toLowerCase()
  return actions.values.some(({ matches }) => matches(lower)) !== actions.not
}

export function isOnEverything({ resources }: Statement): boolean {
  return !resources || (!resources.not && resources.values.some(({ text }) => text === '*'))
}

/** Indexes of values that occur twice; `same` gives the key for comparing. */
export function twins<T>(values: readonly T[], same: (value: T) => string): readonly number[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => {
    const key = same(value)
    if (seen.has(key)) return [index]
    seen.add(key)
    return []
  })
}
