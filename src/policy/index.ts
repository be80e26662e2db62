/**
 * The policy engine. Pure: text in, policies out; a question and layers in, a decision out.
 * A document is read once (`parsePolicy`) and decided many times (`decide`).
 *
 *   text → json → grammar, read-statement → policy         read: every problem with its place
 *   layer → statement-index → text-index → bucket → gates  find: skip what can't match
 *   decide                                                 the evaluation logic
 *   explain, simulate, summarize                           the same answers, told to people
 *   diff, access-changes, who-can        what a change opens and ends; the questions the other
 *                                        way round
 *   validate                             what is wrong, dangerous, or longer than it has to be,
 *                                        and the edits that mend it
 */
import { type ParsedPolicy, Policy } from './policy.ts'
import type { PolicyKind } from './question.ts'

export { type AccessChange, type AccessChanges, accessChanges } from './access-changes.ts'
export {
  type AccessLevel,
  type ActionCatalogue,
  type ActionReference,
  accessLevels,
  type CataloguedAction,
  type KeyType,
  type ReferencedAction,
  type ReferencedKey,
} from './access-level.ts'
export { accessOfMany } from './access-of-many.ts'
export { decide, type Layers } from './decide.ts'
export { type DiffOptions, diff, layersOf, type PolicyDiff } from './diff.ts'
export { type Change, type Explanation, explain, type LayerExplanation } from './explain.ts'
export type { Part, StatementExplanation } from './explain-statement.ts'
export { explanationText } from './explain-text.ts'
export { grantsAction, grantsService } from './grants-of-service.ts'
export { conditionOperators } from './operators.ts'
export {
  boundByOrganization,
  compileOrganization,
  fullAccess,
  type Membership,
  type Organization,
  organizationKeys,
  organizationListKeys,
  type WrittenOrganization,
} from './organization.ts'
export type { ParsedPolicy, Policy } from './policy.ts'
export type { ProblemCode } from './problem-code.ts'
export type { Decision, PolicyKind, Principal, Problem, Question, Reason } from './question.ts'
export {
  type ContextEntry,
  contextKeys,
  contextOf,
  mostSimulated,
  type SimulatedLayer,
  type Simulation,
  type SimulationResult,
  simulate,
} from './simulate.ts'
export { type Place, type StatementPlace, statementPlaces } from './statement-places.ts'
export {
  type ConditionSummary,
  type LevelSummary,
  type PolicySummary,
  type SummaryRow,
  summarize,
  type Uncovered,
} from './summarize.ts'
export { summaryText } from './summary-text.ts'
export { takesRole } from './trust-actions.ts'
export { type Turn, type TurnStep, turnsOf } from './turn.ts'
export { type DecidingLayer, unknownLayer } from './unknown-layer.ts'
export type { Finding, FindingCode, Mend } from './validate/finding.ts'
export { findingTable } from './validate/finding-codes.ts'
export { globalKeys } from './validate/known-keys.ts'
export { mended } from './validate/mend.ts'
export type { Circumstances } from './validate/rule.ts'
export { type Severity, severities } from './validate/severity.ts'
export { refusedAtSave, validate } from './validate/validate.ts'
export {
  type Access,
  type AccessPath,
  accessOf,
  type Can,
  mayTake,
  outsideOf,
  type Party,
  type PartyAccess,
  type PossibleAction,
  type WhoCan,
  whatCan,
  whoCan,
} from './who-can.ts'

/** See `Policy.parse`. */
export function parsePolicy(kind: PolicyKind, id: string, text: string): ParsedPolicy {
  return Policy.parse(kind, id, text)
}

/** As `parsePolicy`, for documents that Gatehouse brings along: they have no quota. */
export function parseOwnPolicy(kind: PolicyKind, id: string, text: string): ParsedPolicy {
  return Policy.parse(kind, id, text, true)
}
