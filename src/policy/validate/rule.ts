import type { ActionReference, ReferencedAction } from '../access-level.ts'
import type { PolicyKind } from '../question.ts'
import type { Statement } from '../statement.ts'
import type { Found } from './finding.ts'
import type { SemanticCode } from './finding-codes.ts'
import type { PlacedStatement } from './placed-statement.ts'

export interface Circumstances {
  /** Without it nothing is said about names of services, actions, resources and keys. */
  readonly reference?: ActionReference
  /** The account that the policy belongs to; without it no principal is foreign. */
  readonly account?: string
  /** Where an identity policy is kept; its quota follows. */
  readonly holder?: 'managed' | 'user' | 'group' | 'role'
}

export interface RuleInput extends Circumstances {
  readonly placed: PlacedStatement
  readonly kind: PolicyKind
}
/** One family: what a statement alone gives to say. */
export type Rules = (input: RuleInput) => Iterable<Found>

export function found(code: SemanticCode, path: string, message: string): Found {
  return { code, path, message }
}

/** The actions of the reference that a statement's Action covers, those of `*` left out. Only for statements without NotAction. */
export function actionsOf({ actions }: Statement, reference: ActionReference): readonly CoveredAction[] {
  return actions.values.flatMap((pattern, index) =>
    (reference.actions(pattern.service ?? '') ?? [])
      .filter(({ name }) => pattern.matches(`${pattern.service}:${name.toLowerCase()}`))
      .map((action) => ({ action, pattern: index })),
  )
}
export interface CoveredAction {
  readonly action: ReferencedAction
  /** Which value of Action it comes from. */
  readonly pattern: number
}

/** Whether the statement covers an action by name; case aside. */
export function names({ actions }: Statement, action: string): boolean {
  const lower = action.toLowerCase()
  return actions.values.some(({ matches }) => matches(lower)) !== actions.not
}

export function isOnEverything({ resources }: Statement): boolean {
  return !resources || (!resources.not && resources.values.some(({ text }) => text === '*'))
}

/** A value that stands twice; `same` makes them comparable. */
export function twins<T>(values: readonly T[], same: (value: T) => string): readonly number[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => {
    const key = same(value)
    if (seen.has(key)) return [index]
    seen.add(key)
    return []
  })
}
