import { contextKeys, explain, takesRole, turnsOf, unknownLayer } from '../../../policy/index.ts'
import { findRole, parseRoleArn, trustOf } from '../../../sessions/role-trust.ts'
import type { RoleRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { namedTarget } from '../../iam/entity.ts'
import type { Source } from '../../iam/policy-source.ts'
import { eachQuestion } from '../../iam/simulator/evaluate.ts'
import { managedPolicy, someUser } from '../../iam/simulator/policies-of-source.ts'
import {
  inputPolicies,
  keySpeller,
  type SimulatedPolicy,
} from '../../iam/simulator/simulated-policy.ts'
import {
  namedCaller,
  questionOf,
  type Simulation,
  simulationOf,
} from '../../iam/simulator/simulation.ts'
import { type Call, operation } from '../../operation.ts'
import { ExplainAccess, type ExplainAccessRequest, type ExplainedAccess } from './explain-model.ts'
import { findPrincipal, principalTarget, simulatedPrincipal } from './principal.ts'
import { becauseOf, tracedExplanation, tracedPolicies } from './trace.ts'

type ExplainCall = Call<'InvalidInput' | 'NoSuchEntity'>

interface Located {
  readonly source?: Source | undefined
  /** The role that is to be assumed, for a trace. */
  readonly role?: RoleRecord | undefined
}

/**
 * Decides each action on each resource, and explains one decision in full. The decisions need
 * `iam:SimulatePrincipalPolicy` or `iam:SimulateCustomPolicy`, as in IAM; a trace of policies that
 * are stored also needs `gatehouse:ExplainAccess`, because it shows what they say.
 */
export const explainAccess = operation(ExplainAccess, {
  async locate(input, call, reads): Promise<Located> {
    const { Principal } = input
    if (Principal === undefined) return {}
    return {
      source: await findPrincipal(Principal, call, reads),
      role: await storedRole(input, call, reads),
    }
  },
  authorize({ Principal, Trace }, call, { source, role }) {
    if (Principal === undefined) return { action: 'iam:SimulateCustomPolicy', resource: '*' }
    const target = principalTarget(Principal, call, source)
    const simulate = { ...target, action: 'iam:SimulatePrincipalPolicy' }
    if (!Trace) return simulate
    return [simulate, target, ...(role ? [namedTarget('role', call, role.name, role)] : [])]
  },
  async handle(input, call, { source, role }, reads) {
    const given = inputPolicies('identity', 'Policies', input.Policies ?? [], call)
    const stored =
      input.Principal === undefined
        ? undefined
        : await simulatedPrincipal(input.Principal, { call, found: source, reads })
    const simulated = {
      identity: [...(stored?.identity ?? []), ...given],
      boundary: stored?.boundary,
      organization: stored && call.caller.organization,
      principal:
        input.Caller === undefined
          ? (stored?.principal ?? someUser(call))
          : namedCaller(input.Caller, call),
      context: input.Caller === undefined ? (stored?.context ?? new Map()) : new Map(),
    }
    const alone = simulationOf(namesOf(input), simulated, call)
    const simulation = withLayers(alone, [
      ...givenLayers(input, call),
      ...(await sessionLayer(input, call, reads)),
      ...(role ? [trustLayer(role)] : []),
    ])
    const spelled = keySpeller(simulation.policies)
    return {
      Principal: stored?.arn,
      Results: await eachQuestion(simulation, call, (action, resource) =>
        explainedAccess(simulation, action, resource),
      ),
      ContextKeys: contextKeys(simulation.policies.map(({ policy }) => policy)).map(spelled),
      Trace: input.Trace ? traceOf(simulation, call) : undefined,
    }
  },
})

function namesOf(input: ExplainAccessRequest) {
  const { Boundary, ResourcePolicy, ResourceOwner, Actions, Resources = [], Context = [] } = input
  return {
    ActionNames: Actions,
    ResourceArns: Resources.length > 0 ? Resources : ['*'],
    ContextEntries: Context.map(({ Key, Values, List }) => ({
      ContextKeyName: Key,
      ContextKeyValues: Values,
      ContextKeyType: List ? ('stringList' as const) : ('string' as const),
    })),
    PermissionsBoundaryPolicyInputList: Boundary === undefined ? [] : [Boundary],
    ...(ResourcePolicy !== undefined && !takes(Actions, Resources) && { ResourcePolicy }),
    ResourceOwner,
  }
}

/** Whether the policy of the resource is a role's trust policy, by the actions that are asked. */
function takes(actions: readonly string[], resources: readonly string[]): boolean {
  const asked = resources.length > 0 ? resources : ['*']
  return actions.every((action) => asked.some((resource) => takesRole({ action, resource })))
}

/**
 * The role that is asked for, of this account and without a trust policy of the call: only a trace
 * tells what its trust policy says.
 */
async function storedRole(
  { Trace, ResourcePolicy, Actions, Resources = [] }: ExplainAccessRequest,
  call: ExplainCall,
  reads: Reads,
): Promise<RoleRecord | undefined> {
  const [action = '', resource = ''] = [Actions[0], Resources[0]]
  if (!Trace || ResourcePolicy !== undefined || !takesRole({ action, resource })) return undefined
  const named = parseRoleArn(resource)
  return named?.account === call.account ? findRole(reads, named) : undefined
}

/** Policies that join a simulation as a layer of their own. */
interface LayerOf {
  readonly layer: 'serviceControl' | 'trust' | 'session'
  readonly policies: readonly SimulatedPolicy[]
}

function withLayers(simulation: Simulation, added: readonly LayerOf[]): Simulation {
  const layers = added.map(({ layer, policies }) => {
    const all = policies.map(({ policy }) => policy)
    if (layer === 'trust') return { trust: all }
    return layer === 'session' ? { session: [all] } : { serviceControl: all.map((one) => [one]) }
  })
  return {
    ...simulation,
    layers: Object.assign({}, simulation.layers, ...layers),
    policies: [...simulation.policies, ...added.flatMap(({ policies }) => policies)],
  }
}

/** The service control policies and the trust policy of the call. */
function givenLayers(
  { ServiceControl, ResourcePolicy, Actions, Resources = [] }: ExplainAccessRequest,
  call: ExplainCall,
): readonly LayerOf[] {
  const levels =
    ServiceControl && inputPolicies('service-control', 'ServiceControl', ServiceControl, call)
  const trust =
    ResourcePolicy !== undefined && takes(Actions, Resources)
      ? inputPolicies('trust', 'ResourcePolicy', [ResourcePolicy], call)
      : undefined
  return [
    ...(levels ? [{ layer: 'serviceControl', policies: levels } as const] : []),
    ...(trust ? [{ layer: 'trust', policies: trust } as const] : []),
  ]
}

/** The session policies of the call; absent where it names none. */
async function sessionLayer(
  { SessionPolicies, SessionPolicyArns }: ExplainAccessRequest,
  call: ExplainCall,
  reads: Reads,
): Promise<readonly LayerOf[]> {
  if (!SessionPolicies && !SessionPolicyArns) return []
  const inline = inputPolicies('session', 'SessionPolicies', SessionPolicies ?? [], call)
  const managed = (SessionPolicyArns ?? []).map((arn) =>
    managedPolicy('session', call.account, arn, reads),
  )
  return [{ layer: 'session', policies: [...inline, ...(await Promise.all(managed))] }]
}

function trustLayer(role: RoleRecord): LayerOf {
  const policies = trustOf(role).map((policy) => ({
    sourceId: policy.id,
    policy,
    text: role.trustPolicy,
  }))
  return { layer: 'trust', policies }
}

function explainedAccess(
  simulation: Simulation,
  action: string,
  resource: string,
): ExplainedAccess {
  const { question, layers } = questionOf(simulation, action, resource)
  const explanation = explain(question, layers)
  const dependsOn = unknownLayer(question, layers)
  return {
    Action: action,
    Resource: resource,
    Effect: dependsOn ? 'depends' : explanation.effect,
    DependsOn: dependsOn,
    BlockedBy: dependsOn ? undefined : explanation.blockedBy,
    Because: becauseOf(explanation),
    MissingContext: explanation.missingContext.map(keySpeller(simulation.policies)),
  }
}

function traceOf(simulation: Simulation, call: ExplainCall) {
  const [action, ...otherActions] = simulation.actions
  const [resource, ...otherResources] = simulation.resources
  if (action === undefined || resource === undefined || otherActions.length > 0)
    throw call.fault('InvalidInput', 'A trace is of one action.')
  if (otherResources.length > 0) throw call.fault('InvalidInput', 'A trace is of one resource.')
  const { question, layers } = questionOf(simulation, action, resource)
  const documents = new Map(
    simulation.policies.flatMap(({ policy, text, arn }) =>
      text === '' || isReadyMade(arn) ? [] : [[policy, text]],
    ),
  )
  return {
    Explanation: tracedExplanation(explain(question, layers)),
    Policies: tracedPolicies(layers, simulation.policies),
    Turns: turnsOf(question, layers, documents),
  }
}

/** One of AWS's, which nobody here can change. */
const isReadyMade = (arn = ''): boolean => /^arn:[^:]*:iam::aws:/.test(arn)
