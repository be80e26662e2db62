import { hasAccount, type Layers, limitsOf } from './decide.ts'
import { explainStatement, type StatementExplanation } from './explain-statement.ts'
import type { Policy } from './policy.ts'
import { type Strength, strengths } from './principal.ts'
import type { PolicyKind, Question, Reason } from './question.ts'
import { resourceDecides } from './resource-decides.ts'
import { namesPrincipal } from './statement.ts'

export interface LayerExplanation {
  readonly layer: PolicyKind
  /** Zero-based, for kinds of layers that may occur several times. */
  readonly level?: number | undefined
  /** Whether this layer must allow for the decision to be "allow". */
  readonly needed: boolean
  readonly outcome: 'denies' | 'allows' | 'silent'
  /** All statements, in the order of the policies. */
  readonly statements: readonly StatementExplanation[]
}

/**
 * A change that would be needed. All changes of an explanation together turn the decision to
 * "allow".
 */
export type Change =
  /** The statement must no longer apply. */
  | { readonly change: 'lift-deny'; readonly reason: Reason }
  /**
   * The layer needs an Allow. `nearest` lacks the least; `parts` are what it lacks, `keys` are
   * those that the request could supply.
   */
  | {
      readonly change: 'allow'
      readonly layer: PolicyKind
      readonly level?: number | undefined
      readonly nearest?: Reason
      readonly parts: readonly string[]
      readonly keys: readonly string[]
    }

export interface Explanation {
  readonly question: Question
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** As `decide` names it. */
  readonly blockedBy?: PolicyKind | undefined
  readonly layers: readonly LayerExplanation[]
  /**
   * Absent keys that keep an Allow for the action, in a layer that must allow, from applying, and
   * absent keys that a Deny which applies looks at. In lower case, sorted.
   */
  readonly missingContext: readonly string[]
  readonly changes: readonly Change[]
}

/**
 * Explains a decision by a second pass over every statement of every layer, without an index.
 * Agrees with `decide`. Pure, never throws; the cost grows with the number of statements.
 */
export function explain(question: Question, layers: Layers): Explanation {
  const explained = explainLayers(question, layers)
  const denying = explained.flatMap(({ statements }) =>
    statements.filter(({ effect, applies }) => effect === 'Deny' && applies),
  )
  const blocking = explained.filter(({ needed, statements }) => needed && !statements.some(allows))
  const effect = effectOf(denying.length > 0, blocking.length > 0)
  const [first] = blocking
  return {
    question,
    effect,
    blockedBy: effect === 'implicit-deny' ? first?.layer : undefined,
    layers: explained,
    missingContext: missingOf(denying, blocking),
    changes: [
      ...denying.map(({ reason }): Change => ({ change: 'lift-deny', reason })),
      ...blocking.map(allowChange),
    ],
  }
}

function effectOf(denied: boolean, blocked: boolean): Explanation['effect'] {
  if (denied) return 'explicit-deny'
  return blocked ? 'implicit-deny' : 'allow'
}

const allows = ({ effect, applies }: StatementExplanation): boolean => effect === 'Allow' && applies

type Listed = Pick<LayerExplanation, 'layer' | 'level' | 'needed'> & {
  readonly policies: readonly Policy[]
}

/**
 * Every layer that exists or is needed, in the order in which `decide` names the one that blocks.
 */
function explainLayers(question: Question, layers: Layers): readonly LayerExplanation[] {
  const bounded = layers.boundary !== undefined
  return listLayers(question, layers).map(({ layer, level, needed, policies }) => {
    const statements = policies.flatMap((policy) =>
      policy.statements.map((statement) => explainStatement(statement, question, bounded)),
    )
    const outcome = outcomeOf(statements)
    return { layer, level, needed, outcome, statements }
  })
}

function outcomeOf(statements: readonly StatementExplanation[]): LayerExplanation['outcome'] {
  if (statements.some(({ effect, applies }) => effect === 'Deny' && applies)) return 'denies'
  return statements.some(allows) ? 'allows' : 'silent'
}

function listLayers(question: Question, layers: Layers): readonly Listed[] {
  const { principal, resourceAccount } = question
  const local = hasAccount(principal)
  const foreign = local && resourceAccount !== undefined && principal.account !== resourceAccount
  const {
    identity,
    boundary,
    session = [],
    trust,
    resource,
    serviceControl = [],
    resourceControl = [],
  } = layers
  const strength = strongest(question, trust ?? resource ?? [])
  const limits = strength && !foreign ? limitsOf[strength] : limitsOf.account
  const levels = (layer: PolicyKind, needed: boolean, lists: readonly (readonly Policy[])[]) =>
    lists.map((policies, level): Listed => ({ layer, level, needed, policies }))
  const decides = resource !== undefined && resourceDecides(question)
  const mustGrant = !trust && (!local || foreign || decides)
  return [
    ...levels('service-control', true, local ? serviceControl : []),
    ...(trust ? [{ layer: 'trust' as const, needed: true, policies: trust }] : []),
    ...(resource || mustGrant
      ? [{ layer: 'resource' as const, needed: mustGrant, policies: resource ?? [] }]
      : []),
    {
      layer: 'identity',
      needed: local && limits.identity && principal.kind !== 'root',
      policies: identity,
    },
    ...(boundary
      ? [{ layer: 'boundary' as const, needed: local && limits.boundary, policies: boundary }]
      : []),
    ...levels('session', local && limits.session, session),
    ...levels('resource-control', false, resourceControl),
  ]
}

/** The most direct way in which an applicable Allow names the principal. */
function strongest(question: Question, policies: readonly Policy[]): Strength | undefined {
  const found = policies
    .flatMap(({ statements }) => statements)
    .filter(
      (statement) =>
        statement.effect === 'Allow' && explainStatement(statement, question, false).applies,
    )
    .map((statement) => strengths.indexOf(namesPrincipal(statement, question, false) ?? 'account'))
  return strengths[Math.max(-1, ...found)]
}

/**
 * How far an Allow is from applying: a condition can be met by the request, while another element
 * has to change.
 */
function distanceOf({ parts }: StatementExplanation): number {
  return parts
    .filter(({ matched }) => !matched)
    .reduce((sum, { element }) => sum + (element === 'Condition' ? 1 : 3), 0)
}

/**
 * The change for the Allow that lacks the least: the fewest parts, conditions before other
 * elements.
 */
function allowChange({ layer, level, statements }: LayerExplanation): Change {
  const [nearest] = statements
    .filter(({ effect }) => effect === 'Allow')
    .sort((a, b) => distanceOf(a) - distanceOf(b))
  const place = { change: 'allow' as const, layer, ...(level !== undefined && { level }) }
  // Ignore a statement about another action and another resource.
  if (!nearest || distanceOf(nearest) > 4) return { ...place, parts: [], keys: [] }
  const lacking = nearest.parts.filter(({ matched }) => !matched)
  return {
    ...place,
    nearest: nearest.reason,
    parts: lacking.map(({ element, operator, key }) =>
      element === 'Condition' ? `Condition ${operator} ${key}` : element,
    ),
    keys: [...new Set(lacking.flatMap(({ missing }) => missing))].sort(),
  }
}

function missingOf(
  denying: readonly StatementExplanation[],
  blocking: readonly LayerExplanation[],
): readonly string[] {
  const near = blocking
    .flatMap(({ statements }) => statements)
    .filter(
      ({ effect, parts }) =>
        effect === 'Allow' &&
        parts.every(
          ({ element, matched, missing }) =>
            matched || element === 'Condition' || missing.length > 0,
        ),
    )
  const keys = [
    ...denying.flatMap(({ parts }) => parts.flatMap(({ missing }) => missing)),
    ...near.flatMap(({ parts }) =>
      parts.flatMap(({ matched, missing }) => (matched ? [] : missing)),
    ),
  ]
  return [...new Set(keys)].sort()
}
