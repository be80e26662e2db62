import { hasAccount, type Layers, limitsOf, strengthFor } from './decide.ts'
import { explainStatement, type StatementExplanation } from './explain-statement.ts'
import type { Policy } from './policy.ts'
import { strengths, type Strength } from './principal.ts'
import type { PolicyKind, Question, Reason } from './question.ts'

export interface LayerExplanation {
  readonly layer: PolicyKind
  /** Zero-based, for layers of which there may be several. */
  readonly level?: number
  /** Whether this layer must allow for the answer to be yes. */
  readonly needed: boolean
  readonly outcome: 'denies' | 'allows' | 'silent'
  /** All statements, in the order of the policies. */
  readonly statements: readonly StatementExplanation[]
}

/** What would have to change. All changes of an explanation together turn the answer to yes. */
export type Change =
  /** The statement must not apply any more. */
  | { readonly change: 'lift-deny'; readonly reason: Reason }
  /** The layer needs an Allow; `nearest` is the one that lacks least, `parts` what it lacks, `keys` what the request could bring. */
  | {
    readonly change: 'allow'; readonly layer: PolicyKind; readonly level?: number
    readonly nearest?: Reason; readonly parts: readonly string[]; readonly keys: readonly string[]
  }

export interface Explanation {
  readonly question: Question
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** As `decide` names it. */
  readonly blockedBy?: PolicyKind
  readonly layers: readonly LayerExplanation[]
  /** Absent keys that keep an Allow of a needed layer, whose action matches, from applying. In lower case, sorted. */
  readonly missingContext: readonly string[]
  readonly changes: readonly Change[]
}

/**
 * Why the answer is what it is: a second pass over every statement of every layer, without an index. It agrees with
 * `decide`. Pure, never throws; costs as much as there are statements.
 */
export function explain(question: Question, layers: Layers): Explanation {
  const explained = explainLayers(question, layers)
  const denying = explained.flatMap(({ statements }) => statements.filter(({ effect, applies }) => effect === 'Deny' && applies))
  const blocking = explained.filter(({ needed, statements }) => needed && !statements.some(allows))
  const effect = denying.length > 0 ? 'explicit-deny' : blocking.length > 0 ? 'implicit-deny' : 'allow'
  const [first] = blocking
  return {
    question,
    effect,
    ...(effect === 'implicit-deny' && first && { blockedBy: first.layer }),
    layers: explained,
    missingContext: missingOf(blocking),
    changes: [...denying.map(({ reason }): Change => ({ change: 'lift-deny', reason })), ...blocking.map(allowChange)],
  }
}

const allows = ({ effect, applies }: StatementExplanation): boolean => effect === 'Allow' && applies

type Listed = Pick<LayerExplanation, 'layer' | 'level' | 'needed'> & { readonly policies: readonly Policy[] }

/** Every layer there is or should be, in the order in which `decide` names what blocks. */
function explainLayers(question: Question, layers: Layers): readonly LayerExplanation[] {
  const bounded = layers.boundary !== undefined
  return listLayers(question, layers).map(({ layer, level, needed, policies }) => {
    const statements = policies.flatMap((policy) => policy.statements.map((statement) => explainStatement(statement, question, bounded)))
    const denies = statements.some(({ effect, applies }) => effect === 'Deny' && applies)
    const outcome = denies ? 'denies' : statements.some(allows) ? 'allows' : 'silent'
    return { layer, ...(level !== undefined && { level }), needed, outcome, statements }
  })
}

function listLayers(question: Question, layers: Layers): readonly Listed[] {
  const { principal, resourceAccount } = question
  const local = hasAccount(principal)
  const foreign = local && resourceAccount !== undefined && principal.account !== resourceAccount
  const { identity, boundary, session = [], trust, resource, serviceControl = [], resourceControl = [] } = layers
  const strength = strongest(question, trust ?? resource ?? [])
  const limits = strength && !foreign ? limitsOf[strength] : limitsOf.account
  const levels = (layer: PolicyKind, needed: boolean, lists: readonly (readonly Policy[])[]) =>
    lists.map((policies, level): Listed => ({ layer, level, needed, policies }))
  const mustGrant = !trust && (!local || foreign)
  return [
    ...levels('service-control', true, local ? serviceControl : []),
    ...(trust ? [{ layer: 'trust' as const, needed: true, policies: trust }] : []),
    ...(resource || mustGrant ? [{ layer: 'resource' as const, needed: mustGrant, policies: resource ?? [] }] : []),
    { layer: 'identity', needed: local && limits.identity && principal.kind !== 'root', policies: identity },
    ...(boundary ? [{ layer: 'boundary' as const, needed: local && limits.boundary, policies: boundary }] : []),
    ...levels('session', local && limits.session, session),
    ...levels('resource-control', false, resourceControl),
  ]
}

/** The most direct way in which an Allow that applies names who asks. */
function strongest(question: Question, policies: readonly Policy[]): Strength | undefined {
  const found = policies.flatMap(({ statements }) => statements)
    .filter((statement) => statement.effect === 'Allow' && explainStatement(statement, question, false).applies)
    .map((statement) => strengths.indexOf(strengthFor(statement, question) ?? 'account'))
  return strengths[Math.max(-1, ...found)]
}

/** What the Allow lacks that lacks least: fewest parts, conditions before anything else. */
function allowChange({ layer, level, statements }: LayerExplanation): Change {
  const cost = ({ parts }: StatementExplanation) =>
    parts.reduce((sum, { matched, element }) => sum + (matched ? 0 : element === 'Condition' ? 1 : 3), 0)
  const [nearest] = statements.filter(({ effect }) => effect === 'Allow').sort((a, b) => cost(a) - cost(b))
  const place = { change: 'allow' as const, layer, ...(level !== undefined && { level }) }
  // A statement about another action on another resource is no help.
  if (!nearest || cost(nearest) > 4) return { ...place, parts: [], keys: [] }
  const lacking = nearest.parts.filter(({ matched }) => !matched)
  return {
    ...place, nearest: nearest.reason,
    parts: lacking.map(({ element, operator, key }) => element === 'Condition' ? `Condition ${operator} ${key}` : element),
    keys: [...new Set(lacking.flatMap(({ missing }) => missing))].sort(),
  }
}

function missingOf(blocking: readonly LayerExplanation[]): readonly string[] {
  const near = blocking.flatMap(({ statements }) => statements)
    .filter(({ effect, parts }) => effect === 'Allow'
      && parts.every(({ element, matched, missing }) => matched || element === 'Condition' || missing.length > 0))
  const keys = near.flatMap(({ parts }) => parts.flatMap(({ matched, missing }) => matched ? [] : missing))
  return [...new Set(keys)].sort()
}
