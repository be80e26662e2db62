/**
 * The policy engine. Pure: text in, policies out; a question and layers in, a decision out.
 * A document is read once (`parsePolicy`) and decided many times (`decide`).
 *
 *   text → json → grammar, read-statement → policy         read: every problem with its place
 *   layer → statement-index → text-index → bucket → gates  find: what can't match is left out
 *   decide                                                 the evaluation logic
 *   explain, simulate, summarize                           the same answers, told to people
 *   diff, who-can                                          what a change opens; the same questions asked the other way round
 *   validate                                               what is wrong, dangerous, or longer than it has to be
 */
import { Policy, type ParsedPolicy } from './policy.ts'
import type { PolicyKind } from './question.ts'

export {
  type AccessLevel, accessLevels, type ActionCatalogue, type ActionReference, type CataloguedAction, type KeyType, type ReferencedAction, type ReferencedKey,
} from './access-level.ts'
export { decide, type Layers } from './decide.ts'
export { diff, type DiffOptions, layersOf, type PolicyDiff } from './diff.ts'
export { type Change, explain, type Explanation, type LayerExplanation } from './explain.ts'
export type { Part, StatementExplanation } from './explain-statement.ts'
export { explanationText } from './explain-text.ts'
export type { ParsedPolicy, Policy } from './policy.ts'
export type { Decision, PolicyKind, Principal, Problem, Question, Reason } from './question.ts'
export {
  type ContextEntry, contextKeys, contextOf, mostSimulated, simulate, type SimulatedLayer, type Simulation, type SimulationResult,
} from './simulate.ts'
export { type ConditionSummary, type LevelSummary, type PolicySummary, summarize, type SummaryRow, type Uncovered } from './summarize.ts'
export { summaryText } from './summary-text.ts'
export type { ProblemCode } from './problem-code.ts'
export type { Finding, FindingCode } from './validate/finding.ts'
export { findingTable } from './validate/finding-codes.ts'
export type { Circumstances } from './validate/rule.ts'
export { severities, type Severity } from './validate/severity.ts'
export { validate } from './validate/validate.ts'
export { type Access, type AccessPath, type Can, type Party, type PartyAccess, type PossibleAction, whatCan, type WhoCan, whoCan } from './who-can.ts'

/** See `Policy.parse`. */
export function parsePolicy(kind: PolicyKind, id: string, text: string): ParsedPolicy {
  return Policy.parse(kind, id, text)
}
