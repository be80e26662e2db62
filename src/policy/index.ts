/**
 * The policy engine. Pure: text in, policies out; a question and layers in, a decision out.
 * A document is read once (`parsePolicy`) and decided many times (`decide`).
 */
import { Policy, type ParsedPolicy } from './policy.ts'
import type { PolicyKind } from './question.ts'

export { decide, type Layers } from './decide.ts'
export type { ParsedPolicy, Policy } from './policy.ts'
export type { Decision, PolicyKind, Principal, Problem, Question, Reason } from './question.ts'

/** See `Policy.parse`. */
export function parsePolicy(kind: PolicyKind, id: string, text: string): ParsedPolicy {
  return Policy.parse(kind, id, text)
}
