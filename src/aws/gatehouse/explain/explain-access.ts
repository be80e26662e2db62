import { contextKeys, explain, takesRole, unknownLayer } from '../../../policy/index.ts'
import { eachQuestion } from '../../iam/simulator/evaluate.ts'
import { someUser } from '../../iam/simulator/policies-of-source.ts'
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

/**
 * Decides each action on each resource, and explains one decision in full. The decisions need
 * `iam:SimulatePrincipalPolicy` or `iam:SimulateCustomPolicy`, as in IAM; a trace of policies that
 * are stored also needs `gatehouse:ExplainAccess`, because it shows what they say.
 */
export const explainAccess = operation(ExplainAccess, {
  locate: ({ Principal }, call, reads) =>
    Principal === undefined ? undefined : findPrincipal(Principal, call, reads),
  authorize({ Principal, Trace }, call, found) {
    if (Principal === undefined) return { action: 'iam:SimulateCustomPolicy', resource: '*' }
    const target = principalTarget(Principal, call, found)
    const simulate = { ...target, action: 'iam:SimulatePrincipalPolicy' }
    return Trace ? [simulate, target] : simulate
  },
  async handle(input, call, found, reads) {
    const given = inputPolicies('identity', 'Policies', input.Policies ?? [], call)
    const stored =
      input.Principal === undefined
        ? undefined
        : await simulatedPrincipal(input.Principal, { call, found, reads })
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
    const simulation = withLevels(simulationOf(namesOf(input), simulated, call), input, call)
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

/** Adds the service control policies and the trust policy of the call. */
function withLevels(
  simulation: Simulation,
  { ServiceControl, ResourcePolicy, Actions, Resources = [] }: ExplainAccessRequest,
  call: ExplainCall,
): Simulation {
  const levels =
    ServiceControl && inputPolicies('service-control', 'ServiceControl', ServiceControl, call)
  const trust =
    ResourcePolicy !== undefined && takes(Actions, Resources)
      ? inputPolicies('trust', 'ResourcePolicy', [ResourcePolicy], call)
      : []
  if (!levels && trust.length === 0) return simulation
  const ofPolicy = ({ policy }: SimulatedPolicy) => policy
  return {
    ...simulation,
    layers: {
      ...simulation.layers,
      ...(levels && { serviceControl: levels.map((level) => [level.policy]) }),
      ...(trust.length > 0 && { trust: trust.map(ofPolicy) }),
    },
    policies: [...simulation.policies, ...(levels ?? []), ...trust],
  }
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
  return {
    Explanation: tracedExplanation(explain(question, layers)),
    Policies: tracedPolicies(layers, simulation.policies),
  }
}
