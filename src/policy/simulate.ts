import type { Layers } from './decide.ts'
import { explain, type LayerExplanation } from './explain.ts'
import type { Policy } from './policy.ts'
import type { PolicyKind, Principal, Question, Reason } from './question.ts'
import { type DecidingLayer, unknownLayer } from './unknown-layer.ts'

/** A condition key of the simulated request. */
export interface ContextEntry {
  /** Upper or lower case. */
  readonly key: string
  readonly values: readonly string[]
  /** Whether the key is multi-valued by nature: the list types of the IAM API. */
  readonly list: boolean
}

export interface Simulation {
  readonly principal: Principal
  readonly actions: readonly string[]
  /** Each action is simulated on each of them; default: `*`. */
  readonly resources?: readonly string[]
  readonly resourceAccount?: string | undefined
  /**
   * Attached policies, custom ones, or both, with the boundary, resource and control policies to
   * try.
   */
  readonly layers: Layers
  readonly context: readonly ContextEntry[]
}

export interface SimulatedLayer {
  readonly layer: PolicyKind
  readonly level?: number | undefined
  readonly needed: boolean
  readonly outcome: LayerExplanation['outcome']
}

export interface SimulationResult {
  readonly action: string
  readonly resource: string
  /** `depends`: on the layer that `dependsOn` names, which was not given. */
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny' | 'depends'
  readonly dependsOn?: DecidingLayer | undefined
  readonly blockedBy?: PolicyKind | undefined
  /** The statements that decided: all denies that apply, or all allows. */
  readonly matched: readonly Reason[]
  readonly missingContext: readonly string[]
  readonly layers: readonly SimulatedLayer[]
}

/** The most questions, because each one tests every statement. */
export const mostSimulated = 10_000

/**
 * The decision of `decide` for each action on each resource, in the order of the actions; `depends`
 * where a role's trust policy or a key's policy decides and was not given. Stores nothing. Throws
 * RangeError for more than `mostSimulated` questions.
 */
export function simulate({
  principal,
  actions,
  resources = ['*'],
  resourceAccount,
  layers,
  context,
}: Simulation): readonly SimulationResult[] {
  const count = actions.length * resources.length
  if (count > mostSimulated)
    throw new RangeError(`a simulation asks at most ${mostSimulated} questions; this asks ${count}`)
  const facts = contextOf(context)
  return actions.flatMap((action) =>
    resources.map((resource) =>
      simulateOne({ principal, action, resource, resourceAccount, ...facts }, layers),
    ),
  )
}

function simulateOne(question: Question, layers: Layers): SimulationResult {
  const { effect, blockedBy, missingContext, layers: explained } = explain(question, layers)
  const dependsOn = unknownLayer(question, layers)
  const wanted = effect === 'explicit-deny' ? 'Deny' : 'Allow'
  const matched = explained.flatMap(({ statements }) =>
    statements.filter((statement) => statement.applies && statement.effect === wanted),
  )
  return {
    action: question.action,
    resource: question.resource,
    effect: dependsOn ? 'depends' : effect,
    ...(dependsOn && { dependsOn }),
    ...(blockedBy && !dependsOn && { blockedBy }),
    matched: matched.map(({ reason }) => reason),
    missingContext,
    layers: explained.map(({ layer, level, needed, outcome }) => ({
      layer,
      ...(level !== undefined && { level }),
      needed,
      outcome,
    })),
  }
}

/** The condition keys of a question. Of two entries for one key, the later counts. */
export function contextOf(
  entries: readonly ContextEntry[],
): Pick<Question, 'context'> & { readonly multivalued: ReadonlySet<string> } {
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

/**
 * The condition keys that policies use, in conditions and as variables, in lower case and sorted.
 */
export function contextKeys(policies: readonly Policy[]): readonly string[] {
  const keys = new Set<string>()
  for (const { conditions, resources } of policies.flatMap(({ statements }) => statements)) {
    for (const { key, variables } of conditions)
      for (const name of [key, ...variables]) keys.add(name)
    for (const { variables } of resources?.values ?? [])
      for (const name of variables) keys.add(name)
  }
  return [...keys].sort()
}
