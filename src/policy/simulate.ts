import type { Layers } from './decide.ts'
import { explain, type LayerExplanation } from './explain.ts'
import type { Policy } from './policy.ts'
import type { PolicyKind, Principal, Question, Reason } from './question.ts'

/** A condition key of the simulated request. */
export interface ContextEntry {
  /** In any case. */
  readonly key: string
  readonly values: readonly string[]
  /** Whether the key is multi-valued by nature: the list types of the IAM API. */
  readonly list: boolean
}

export interface Simulation {
  readonly principal: Principal
  readonly actions: readonly string[]
  /** Each action is asked on each; absent: on `*`. */
  readonly resources?: readonly string[]
  readonly resourceAccount?: string
  /** Attached policies, custom ones, or both; a boundary, resource and control policies as they should be tried. */
  readonly layers: Layers
  readonly context: readonly ContextEntry[]
}

export interface SimulatedLayer {
  readonly layer: PolicyKind
  readonly level?: number
  readonly needed: boolean
  readonly outcome: LayerExplanation['outcome']
}

export interface SimulationResult {
  readonly action: string
  readonly resource: string
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  readonly blockedBy?: PolicyKind
  /** Statements that settled it: all denies that apply, or all allows. */
  readonly matched: readonly Reason[]
  readonly missingContext: readonly string[]
  readonly layers: readonly SimulatedLayer[]
}

/** More questions than anybody reads; each walks every statement. */
export const mostSimulated = 10_000

/**
 * What `decide` would answer to each action on each resource, action by action. Nothing is kept. Throws RangeError for
 * more than `mostSimulated` questions.
 */
export function simulate({ principal, actions, resources = ['*'], resourceAccount, layers, context }: Simulation): readonly SimulationResult[] {
  if (actions.length * resources.length > mostSimulated) {
    throw new RangeError(`a simulation asks at most ${mostSimulated} questions; this asks ${actions.length * resources.length}`)
  }
  const facts = contextOf(context)
  return actions.flatMap((action) => resources.map((resource) =>
    simulateOne({ principal, action, resource, ...(resourceAccount !== undefined && { resourceAccount }), ...facts }, layers)))
}

function simulateOne(question: Question, layers: Layers): SimulationResult {
  const { effect, blockedBy, missingContext, layers: explained } = explain(question, layers)
  const wanted = effect === 'explicit-deny' ? 'Deny' : 'Allow'
  const matched = explained.flatMap(({ statements }) => statements.filter((statement) => statement.applies && statement.effect === wanted))
  return {
    action: question.action, resource: question.resource, effect,
    ...(blockedBy && { blockedBy }),
    matched: matched.map(({ reason }) => reason),
    missingContext,
    layers: explained.map(({ layer, level, needed, outcome }) => ({ layer, ...(level !== undefined && { level }), needed, outcome })),
  }
}

/** The condition keys of a question; of two entries for one key the later counts. */
export function contextOf(entries: readonly ContextEntry[]): Pick<Question, 'context'> & { readonly multivalued: ReadonlySet<string> } {
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  for (const { key, values, list } of entries) {
    const name = key.toLowerCase()
    context.set(name, values)
    if (list) multivalued.add(name)
    else multivalued.delete(name)
  }
  return { context, multivalued }
}

/** The condition keys that policies look at, in conditions and as variables, in lower case and sorted. */
export function contextKeys(policies: readonly Policy[]): readonly string[] {
  const keys = new Set<string>()
  for (const { conditions, resources } of policies.flatMap(({ statements }) => statements)) {
    for (const { key, variables } of conditions) for (const name of [key, ...variables]) keys.add(name)
    for (const { variables } of resources?.values ?? []) for (const name of variables) keys.add(name)
  }
  return [...keys].sort()
}
