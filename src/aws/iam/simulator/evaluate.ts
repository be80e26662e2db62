import { setImmediate } from 'node:timers/promises'
import { type Explanation, explain, type LayerExplanation } from '../../../policy/index.ts'
import type { EvaluationResult, Statement } from '../../../reference/aws/iam-shapes.gen.ts'
import type { Call } from '../../operation.ts'
import { type PageRequest, pageOfList } from '../paging.ts'
import { keySpeller, type SimulatedPolicy, statementFinder } from './simulated-policy.ts'
import { questionOf, type Simulation } from './simulation.ts'

type Decision = EvaluationResult['EvalDecision']

const decisions: Readonly<Record<Explanation['effect'], Decision>> = {
  allow: 'allowed',
  'explicit-deny': 'explicitDeny',
  'implicit-deny': 'implicitDeny',
}
const outcomes: Readonly<Record<LayerExplanation['outcome'], Decision>> = {
  allows: 'allowed',
  denies: 'explicitDeny',
  silent: 'implicitDeny',
}

/** Statements that one call compares with its questions: about two seconds of work at most. */
const mostCompared = 300_000
/** And those after which other calls have their turn. */
const comparedAtOnce = 3000
/** A statement may have hundreds of patterns, and these cost as much as one more statement. */
const charactersOfStatement = 200

/**
 * Decides one page of a simulation: each action of the page on every resource. Throws InvalidInput
 * when that is too much work for one call.
 */
export async function evaluate(
  simulation: Simulation,
  request: PageRequest,
  call: Pick<Call<'InvalidInput'>, 'fault'>,
) {
  const numbered = simulation.actions.map((action, at) => ({ action, at }))
  const name = ({ at }: { readonly at: number }) => String(at).padStart(6, '0')
  const { items, marker } = pageOfList(numbered, name, request, call)
  const statements = statementsOf(simulation)
  if (items.length * simulation.resources.length * statements > mostCompared)
    throw call.fault(
      'InvalidInput',
      'The simulation is too large: name fewer actions, resources or policies, or a smaller ' +
        'MaxItems.',
    )
  const tell = teller(simulation)
  const results: EvaluationResult[] = []
  let compared = 0
  for (const { action } of items) {
    const each: Told[] = []
    for (const resource of simulation.resources) {
      each.push(tell(action, resource))
      compared += statements
      if (compared < comparedAtOnce) continue
      compared = 0
      await setImmediate()
    }
    results.push(resultOf(action, each, simulation))
  }
  return { EvaluationResults: results, IsTruncated: marker !== undefined, Marker: marker }
}

/** What one question of a simulation costs, in statements to compare. */
function statementsOf({ layers, policies }: Simulation): number {
  const ofOrganization = (layers.serviceControl ?? []).flat()
  return ofOrganization.reduce(
    (sum, policy) => sum + policy.statements.length,
    policies.reduce((sum, one) => sum + weightOf(one), 1),
  )
}

/**
 * Asks about each action on each resource, with pauses in which other calls have their turn. Throws
 * InvalidInput when that is too much work for one call.
 */
export async function eachQuestion<T>(
  simulation: Simulation,
  { fault }: Pick<Call<'InvalidInput'>, 'fault'>,
  ask: (action: string, resource: string) => T,
): Promise<readonly T[]> {
  const { actions, resources } = simulation
  const statements = statementsOf(simulation)
  if (actions.length * resources.length * statements > mostCompared)
    throw fault('InvalidInput', 'This is too large: name fewer actions, resources or policies.')
  const answers: T[] = []
  let compared = 0
  for (const action of actions)
    for (const resource of resources) {
      answers.push(ask(action, resource))
      compared += statements
      if (compared < comparedAtOnce) continue
      compared = 0
      await setImmediate()
    }
  return answers
}

/** What comparing a question with a policy costs, in statements. */
function weightOf({ policy, text }: SimulatedPolicy): number {
  const { length } = text.replace(/\s+/g, '')
  return policy.statements.length + Math.floor(length / charactersOfStatement)
}

/** One action on one resource. */
interface Told {
  readonly resource: string
  readonly decision: Decision
  readonly matched: readonly Statement[]
  readonly missing: readonly string[]
  readonly boundary?: { readonly AllowedByPermissionsBoundary: boolean } | undefined
  /** Where the principal's account is in an organization. */
  readonly organizations?: { readonly AllowedByOrganizations: boolean } | undefined
  /** For a resource of another account. */
  readonly details?: Readonly<Record<string, Decision>> | undefined
}

function teller(simulation: Simulation): (action: string, resource: string) => Told {
  const { principal, organization, policies } = simulation
  const placeOf = statementFinder(policies)
  const spelled = keySpeller(policies)
  return (action, resource) => {
    const { question, layers } = questionOf(simulation, action, resource)
    const { effect, missingContext, layers: explained } = explain(question, layers)
    const { resourceAccount } = question
    const wanted = effect === 'explicit-deny' ? 'Deny' : 'Allow'
    const matched = explained.flatMap(({ layer, statements }) =>
      ofOrganizations.has(layer)
        ? []
        : statements.filter((one) => one.applies && one.effect === wanted),
    )
    const bounding = explained.find(({ layer }) => layer === 'boundary')
    return {
      resource,
      decision: decisions[effect],
      matched: matched.map(({ reason: { policy, statement, layer } }) => {
        const place = placeOf(policy, statement)
        return {
          SourcePolicyId: policy,
          SourcePolicyType: sourceType(layer),
          StartPosition: place && { Line: place.start.line, Column: place.start.column },
          EndPosition: place && { Line: place.end.line, Column: place.end.column },
        }
      }),
      missing: missingContext.map(spelled),
      boundary: bounding && { AllowedByPermissionsBoundary: bounding.outcome === 'allows' },
      organizations: organization?.of(principal.account ?? '') && {
        AllowedByOrganizations: explained.every(passesOrganization),
      },
      details: principal.account === resourceAccount ? undefined : detailsOf(explained),
    }
  }
}

/** Their statements are not among those that a simulation tells. */
const ofOrganizations: ReadonlySet<LayerExplanation['layer']> = new Set([
  'service-control',
  'resource-control',
])

function passesOrganization({ layer, outcome }: LayerExplanation): boolean {
  if (layer === 'service-control') return outcome === 'allows'
  return layer !== 'resource-control' || outcome !== 'denies'
}

/** What the service says, whatever its model has; recordings have the first. */
function sourceType(layer: LayerExplanation['layer']): Statement['SourcePolicyType'] {
  const type = layer === 'resource' ? 'Resource Policy' : 'IAM Policy'
  return type as unknown as Statement['SourcePolicyType']
}

function detailsOf(explained: readonly LayerExplanation[]): Readonly<Record<string, Decision>> {
  const of = (layer: LayerExplanation['layer']) =>
    outcomes[explained.find((one) => one.layer === layer)?.outcome ?? 'silent']
  return { 'IAM Policy': of('identity'), 'Resource Policy': of('resource') }
}

/**
 * One action on all resources: allowed where all of them are. With one resource the answer is that
 * one's; with several it is told for each.
 */
function resultOf(
  action: string,
  each: readonly Told[],
  { resources, layers }: Simulation,
): EvaluationResult {
  const [first] = each
  const one = each.length === 1 ? first : undefined
  const specific = resources.some((resource) => resource !== '*')
  return {
    EvalActionName: action,
    EvalResourceName: one?.resource,
    EvalDecision: worst(each),
    MatchedStatements: one?.matched ?? [],
    MissingContextValues: one?.missing ?? [...new Set(each.flatMap(({ missing }) => missing))],
    PermissionsBoundaryDecisionDetail: layers.boundary && {
      AllowedByPermissionsBoundary: each.every(
        ({ boundary }) => boundary?.AllowedByPermissionsBoundary,
      ),
    },
    OrganizationsDecisionDetail: first?.organizations && {
      AllowedByOrganizations: each.every(
        ({ organizations }) => organizations?.AllowedByOrganizations,
      ),
    },
    EvalDecisionDetails: specific ? (one?.details ?? {}) : undefined,
    ResourceSpecificResults: specific ? each.map(specificResult) : undefined,
  }
}

function worst(each: readonly Told[]): Decision {
  const all = new Set(each.map(({ decision }) => decision))
  if (all.has('explicitDeny')) return 'explicitDeny'
  return all.has('implicitDeny') ? 'implicitDeny' : 'allowed'
}

function specificResult({ resource, decision, matched, missing, boundary, details }: Told) {
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    MatchedStatements: matched,
    MissingContextValues: missing,
    EvalDecisionDetails: details,
    PermissionsBoundaryDecisionDetail: boundary,
  }
}
