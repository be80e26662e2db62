import { hashInSlices } from '../credentials/in-slices.ts'
import type { Authenticate } from './authenticate.ts'
import type { Trace } from './call-audit.ts'
import { refuseForeignPages } from './from-pages.ts'
import type { AnyOperation } from './operation.ts'
import { readLargeParameters } from './query/large-parameters.ts'
import { formText, type Parameters, readParameters } from './query/parameters.ts'
import { checkForm, type RoutedCall, type RoutePorts, routeCall } from './route-call.ts'
import type { WireRequest } from './wire.ts'

export interface ProvePorts extends RoutePorts {
  readonly authenticate: Authenticate
  /** Throws where the call can't be recorded. */
  readonly refuseUnrecorded: (operation: AnyOperation) => void
}

/**
 * Reads a request's parameters, finds the operation that they name, and authenticates the caller.
 * Throws the common faults.
 */
export type Prove = (request: WireRequest, trace: Trace) => Promise<RoutedCall>

export function createProve(ports: ProvePorts): Prove {
  const { limits, authenticate, refuseUnrecorded } = ports

  async function proveLarge(
    request: WireRequest,
    operation: AnyOperation,
    trace: Trace,
  ): Promise<RoutedCall> {
    trace.operation = operation
    trace.action = operation.model.name
    refuseUnrecorded(operation)
    // Nothing but the operation's name is read before the signature is verified, since decoding
    // costs a hundred times as much as hashing.
    const bodyHash = await hashInSlices(request.body)
    trace.caller = await authenticate({ ...request, bodyHash }, trace)
    const parameters: Parameters = new Map()
    await readLargeParameters(request.body, parameters, limits)
    return routeCall(request, parameters, ports, trace)
  }

  return async (request, trace) => {
    const large = checkForm(request, ports)
    if (large) return proveLarge(request, large, trace)
    const parameters: Parameters = new Map()
    if (request.method === 'POST') readParameters(formText(request.body), parameters, limits)
    const routed = routeCall(request, parameters, ports, trace)
    const { operation } = routed
    refuseUnrecorded(operation)
    if (operation.access === 'signed') trace.caller = await authenticate(request, trace)
    else if (!operation.fromPages) refuseForeignPages(request.rawHeaders)
    return routed
  }
}
