import { contextKeys } from '../../../policy/index.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existingSource, locateSource, sourceTarget } from '../policy-source.ts'
import { evaluate } from './evaluate.ts'
import {
  boundaryOfSource,
  contextOfSource,
  policiesOfSource,
  principalOfSource,
  someUser,
} from './policies-of-source.ts'
import { inputPolicies, keySpeller, type SimulatedPolicy } from './simulated-policy.ts'
import { namedCaller, simulationOf } from './simulation.ts'

const list = 'PolicyInputList'

/** Stores nothing and asks nothing: decides by what the call brings along. */
const simulateCustomPolicy = operation(iamModel('SimulateCustomPolicy'), {
  authorize: () => ({ resource: '*' }),
  async handle(input, call) {
    const { CallerArn, PolicyInputList, ResourcePolicy } = input
    if (ResourcePolicy !== undefined && CallerArn === undefined)
      throw call.fault('InvalidInput', 'CallerArn is required with ResourcePolicy.')
    const simulated = {
      identity: inputPolicies('identity', list, PolicyInputList, call),
      principal: CallerArn === undefined ? someUser(call) : namedCaller(CallerArn, call),
      context: new Map(),
    }
    return evaluate(simulationOf(input, simulated, call), input, call)
  },
})

/** Decides by the policies of an entity, and what the call adds to them. */
const simulatePrincipalPolicy = operation(iamModel('SimulatePrincipalPolicy'), {
  locate: (input, call, reads) => locateSource(input.PolicySourceArn, call, reads),
  authorize: (input, call, found) => sourceTarget(input.PolicySourceArn, call, found),
  async handle(input, call, found, reads) {
    const source = existingSource(input.PolicySourceArn, call, found)
    const { CallerArn, PolicyInputList = [], ResourcePolicy } = input
    if (ResourcePolicy !== undefined && CallerArn === undefined && source.kind !== 'user')
      throw call.fault(
        'InvalidInput',
        'CallerArn is required with ResourcePolicy where PolicySourceArn is not a user.',
      )
    const own = CallerArn === undefined
    const simulated = {
      identity: [
        ...(await policiesOfSource(source, reads)),
        ...inputPolicies('identity', list, PolicyInputList, call),
      ],
      boundary: await boundaryOfSource(source, reads),
      organization: call.caller.organization,
      principal: own ? principalOfSource(source, call) : namedCaller(CallerArn, call),
      context: own ? contextOfSource(source, call) : new Map(),
    }
    return evaluate(simulationOf(input, simulated, call), input, call)
  },
})

const getContextKeysForCustomPolicy = operation(iamModel('GetContextKeysForCustomPolicy'), {
  authorize: () => ({ resource: '*' }),
  handle: ({ PolicyInputList }, call) => ({
    ContextKeyNames: keysOf(inputPolicies('identity', list, PolicyInputList, call)),
  }),
})

const getContextKeysForPrincipalPolicy = operation(iamModel('GetContextKeysForPrincipalPolicy'), {
  locate: (input, call, reads) => locateSource(input.PolicySourceArn, call, reads),
  authorize: (input, call, found) => sourceTarget(input.PolicySourceArn, call, found),
  async handle(input, call, found, reads) {
    const source = existingSource(input.PolicySourceArn, call, found)
    const given = inputPolicies('identity', list, input.PolicyInputList ?? [], call)
    return { ContextKeyNames: keysOf([...(await policiesOfSource(source, reads)), ...given]) }
  },
})

function keysOf(policies: readonly SimulatedPolicy[]): readonly string[] {
  return contextKeys(policies.map(({ policy }) => policy)).map(keySpeller(policies))
}

/** The policy simulator. */
export const simulatorOperations: readonly AnyOperation[] = [
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
]
