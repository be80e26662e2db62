import type { ActionPattern } from './action.ts'
import type { Condition } from './condition.ts'
import { deniedBy, namedBy, type PrincipalPattern, type Strength, sparedBy } from './principal.ts'
import type { Question, Reason } from './question.ts'
import type { ResourcePattern } from './resource.ts'

/** The values of an element or of its Not… form. */
export interface OneOf<T> {
  readonly not: boolean
  readonly values: readonly T[]
}

export interface Statement {
  /** Zero-based. */
  readonly index: number
  readonly sid?: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly principals?: OneOf<PrincipalPattern> | undefined
  readonly actions: OneOf<ActionPattern>
  /** Absent in trust policies, whose resource is the role itself. */
  readonly resources?: OneOf<ResourcePattern> | undefined
  readonly conditions: readonly Condition[]
  /** How a decision refers to this statement. */
  readonly reason: Reason
}

/** `action` in lower case. */
export function coversAction({ actions }: Statement, action: string): boolean {
  for (const { matches } of actions.values) if (matches(action)) return !actions.not
  return actions.not
}

export function conditionsHold({ conditions }: Statement, question: Question): boolean {
  for (const { holds } of conditions) if (!holds(question)) return false
  return true
}

/** Trust policies have no Resource: they apply to their role. */
export function coversResource({ resources }: Statement, question: Question): boolean {
  if (!resources) return true
  for (const { matches } of resources.values)
    if (matches(question.resource, question)) return !resources.not
  return resources.not
}

/**
 * How an Allow of a resource or trust policy names the principal. A Deny that names it gives
 * 'session'.
 */
export function namesPrincipal(
  { effect, principals }: Statement,
  { principal }: Question,
  bounded: boolean,
): Strength | undefined {
  if (!principals) return undefined
  if (effect === 'Allow') return principals.not ? undefined : namedBy(principals.values, principal)
  const denied = principals.not
    ? bounded || !sparedBy(principals.values, principal)
    : deniedBy(principals.values, principal)
  return denied ? 'session' : undefined
}
