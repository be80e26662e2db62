import { commonFault } from '../kernel/aws-fault.ts'
import type { Trace } from './call-audit.ts'
import { largeBodyBytes, mayBeLarge } from './large-bodies.ts'
import type { AnyOperation } from './operation.ts'
import { formText, type ParameterLimits, type Parameters, readParameters } from './query/parameters.ts'
import type { WireRequest } from './wire.ts'

/** Version → action → operation. */
export type Registry = ReadonlyMap<string, ReadonlyMap<string, AnyOperation>>

export function registryOf(operations: readonly AnyOperation[]): Registry {
  const registry = new Map<string, Map<string, AnyOperation>>()
  for (const operation of operations) {
    const { version, name } = operation.model
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

/** Reads a request's parameters and finds the operation that it names. Throws the common faults. */
export function routeCall(request: WireRequest, registry: Registry, limits: CallLimits, trace: Trace): RoutedCall {
  const { method, body, rawQuery } = request
  if (method !== 'POST' && method !== 'GET') {
    throw commonFault('InvalidAction', `The method ${method.slice(0, 16)} is not one that this service knows.`)
  }
  if (body.length > limits.bodyBytes && (body.length > largeBodyBytes || !mayBeLarge(body))) {
    throw commonFault('RequestEntityTooLarge', `The request body has more than ${limits.bodyBytes} bytes.`)
  }
  const parameters: Parameters = new Map()
  if (method === 'POST') readParameters(formText(body), parameters, limits)
  const ofBody = parameters.size
  if (rawQuery !== '') readParameters(rawQuery, parameters, limits)
  const action = parameters.get('Action')
  if (!action) throw commonFault('MissingAction', 'The request has no Action parameter.')
  trace.action = action.slice(0, 128)
  const version = parameters.get('Version')
  const operation = registry.get(version ?? '')?.get(action)
  if (!operation) {
    const named = version ? version.slice(0, 64) : 'NO_VERSION_SPECIFIED'
    throw commonFault('InvalidAction', `Could not find operation ${trace.action} for version ${named}`)
  }
  trace.operation = operation
  // What proves a person must not stand in a URL, which every proxy on the way writes down.
  if (operation.access === 'unsigned' && (method !== 'POST' || parameters.size > ofBody)) {
    throw commonFault('InvalidParameterCombination',
      `${action} takes its parameters from the body of a POST only, never from the query string.`)
  }
  return { operation, parameters }
}
