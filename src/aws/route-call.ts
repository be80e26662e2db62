import { commonFault } from '../kernel/aws-fault.ts'
import type { Trace } from './call-audit.ts'
import { largeBodyBytes, largeOperation } from './large-bodies.ts'
import type { AnyOperation } from './operation.ts'
import { type ParameterLimits, type Parameters, readParameters } from './query/parameters.ts'
import type { WireRequest } from './wire.ts'

/** Version → action → operation. */
export type Registry = ReadonlyMap<string, ReadonlyMap<string, AnyOperation>>

export function registryOf(operations: readonly AnyOperation[]): Registry {
  const registry = new Map<string, Map<string, AnyOperation>>()
  for (const operation of operations) {
    const { version, name, protocol } = operation.model
    if (protocol !== 'query') continue
    let actions = registry.get(version)
    if (!actions) {
      actions = new Map()
      registry.set(version, actions)
    }
    if (actions.has(name)) throw new Error(`the operation \`${name}\` is registered twice`)
    actions.set(name, operation)
  }
  return registry
}

export interface CallLimits extends ParameterLimits {
  readonly bodyBytes: number
}

export interface RoutedCall {
  readonly operation: AnyOperation
  readonly parameters: Parameters
}

export interface RoutePorts {
  readonly registry: Registry
  readonly limits: CallLimits
}

/**
 * Checks what is known before the parameters are read. Returns the operation of a body over the
 * normal limit, whose signature has to be verified before anything else is done with it. Throws the
 * common faults.
 */
export function checkForm(
  { method, body }: WireRequest,
  { registry, limits }: RoutePorts,
): AnyOperation | undefined {
  if (method !== 'POST' && method !== 'GET') {
    throw commonFault(
      'InvalidAction',
      `The method ${method.slice(0, 16)} is not one that this service knows.`,
    )
  }
  if (body.length <= limits.bodyBytes) return undefined
  const name = body.length > largeBodyBytes ? undefined : largeOperation(body)
  const [operation] = [...registry.values()].flatMap((actions) => actions.get(name ?? '') ?? [])
  if (operation?.access === 'signed') return operation
  throw commonFault(
    'RequestEntityTooLarge',
    `The request body has more than ${limits.bodyBytes} bytes.`,
  )
}

/**
 * Adds the parameters of the query string to those of the body, and finds the operation that they
 * name. Throws the common faults.
 */
export function routeCall(
  { rawQuery }: WireRequest,
  parameters: Parameters,
  { registry, limits }: RoutePorts,
  trace: Trace,
): RoutedCall {
  const ofBody = parameters.size
  if (rawQuery !== '') readParameters(rawQuery, parameters, limits)
  const action = parameters.get('Action')
  if (!action) throw commonFault('MissingAction', 'The request has no Action parameter.')
  trace.action = action.slice(0, 128)
  const version = parameters.get('Version')
  const operation = registry.get(version ?? '')?.get(action)
  if (!operation) {
    const named = version ? version.slice(0, 64) : 'NO_VERSION_SPECIFIED'
    throw commonFault(
      'InvalidAction',
      `Could not find operation ${trace.action} for version ${named}`,
    )
  }
  trace.operation = operation
  if (operation.access === 'unsigned' && parameters.size > ofBody)
    refuseSecrets(operation, [...parameters.keys()].slice(ofBody))
  return { operation, parameters }
}

/** Refuses passwords and the like in a query string. */
function refuseSecrets(
  { model, sensitiveInQuery }: Extract<AnyOperation, { access: 'unsigned' }>,
  names: readonly string[],
): void {
  for (const { name, shape } of model.input.members) {
    if (!shape.sensitive || sensitiveInQuery.includes(name) || !names.includes(name)) continue
    throw commonFault(
      'InvalidParameterCombination',
      `${model.name} takes ${name} from the body of a POST only, never from the query string.`,
    )
  }
}
