import type { ProveService } from '../authorization/prove-service.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import { type AuthenticatePorts, createAuthenticate } from './authenticate.ts'
import { beginTrace, type CallMeta, type Trace } from './call-audit.ts'
import { createCallRecorder, type RecorderPorts, unkept } from './call-recorder.ts'
import type { AnyOperation } from './operation.ts'
import { createPerform, type PerformPorts } from './perform-call.ts'
import { createProve } from './prove-call.ts'
import { decodeInput } from './query/decode.ts'
import { decodeJsonInput } from './query/decode-json.ts'
import { type Encode, encoderOf } from './query/encode.ts'
import { asksForJson, encodeJson, encodeJsonFault } from './query/encode-json.ts'
import { encodeFault, stsNamespace } from './query/faults.ts'
import { defaultParameterLimits } from './query/parameters.ts'
import { type CallLimits, registryOf } from './route-call.ts'
import { provedService, shownProof } from './service-proof.ts'
import { headerOf, type WireAnswer, type WireRequest } from './wire.ts'

export interface DispatchPorts extends AuthenticatePorts, PerformPorts, RecorderPorts {
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly clock: Clock
  /** For bugs only: a refusal is an audit event, not a log line. */
  readonly log: Log
  /** The region of unsigned calls. Calls may be scoped to it, even if AWS does not have it. */
  readonly region: string
  readonly limits?: Partial<CallLimits>
  /** Proves services that show something else than a signature; absent: signatures alone count. */
  readonly proveService?: ProveService | undefined
}
export interface Dispatch {
  /** Never rejects: every failure gives a response. One audit event for each call. */
  dispatch(request: WireRequest): Promise<WireAnswer>
  /**
   * Answers a call of `service:Operation` in JSON. Its input is the JSON of the body, or `given`
   * for an unsigned operation. Never rejects. One audit event for each call.
   */
  dispatchJson(
    request: WireRequest,
    action: string,
    given?: Readonly<Record<string, unknown>>,
  ): Promise<WireAnswer>
  /**
   * Calls `service:Operation` as `caller`, with the same steps except signature and parsing.
   * Returns the operation's output; throws AwsFault. One audit event for each call.
   */
  dispatchAs(
    caller: Caller,
    action: string,
    input: Readonly<Record<string, unknown>>,
    from: Omit<CallMeta, 'requestBytes'>,
  ): Promise<unknown>
}

const defaultLimits: CallLimits = { ...defaultParameterLimits, bodyBytes: 256 * 1024 }
/** A form of a page has at most that, and seldom a tenth. */
const pageBytes = 4096
const retryAfterSeconds = '1'

/**
 * Handles every call with the same steps: bytes → operation → principal → shape → decision →
 * handler → XML → audit event.
 */
export function buildDispatch(operations: readonly AnyOperation[], ports: DispatchPorts): Dispatch {
  const { log } = ports
  const limits: CallLimits = { ...defaultLimits, ...ports.limits }
  const encoders = new Map<AnyOperation, Encode>(operations.map((o) => [o, encoderOf(o.model)]))
  const byAction = new Map(operations.map((o) => [`${o.model.service}:${o.model.name}`, o]))
  const perform = createPerform(ports)
  const { record, refuseUnrecorded } = createCallRecorder(ports)
  const routes = { registry: registryOf(operations), limits }
  const authenticate = createAuthenticate(ports)
  const prove = createProve({ ...routes, authenticate, refuseUnrecorded })

  async function failed(error: unknown, trace: Trace): Promise<AwsFault> {
    const fault = faultOf(error, trace, log)
    const durable = record(trace, fault)
    if (durable) await unkept(durable)
    return fault
  }

  async function dispatch(request: WireRequest): Promise<WireAnswer> {
    const trace = beginTrace(ports, metaOf(request), 'Unknown')
    try {
      const { operation, parameters } = await prove(request, trace)
      trace.input = decodeInput(operation.model.input, parameters, limits)
      trace.output = await perform(operation, trace.input, trace)
      const json = answersJson(request, trace)
      const body = json
        ? encodeJson(operation.model, trace.output, trace.requestId)
        : encoders.get(operation)!(trace.output, trace.requestId)
      const durable = record(trace)
      const fault = durable && (await unkept(durable))
      return fault ? refused(fault, request, trace) : answerOf(200, { body, json }, trace)
    } catch (error) {
      return refused(await failed(error, trace), request, trace)
    }
  }

  const dispatchJson: Dispatch['dispatchJson'] = async (request, action, given) => {
    const trace = beginTrace(ports, metaOf(request), action.slice(action.indexOf(':') + 1))
    try {
      const operation = byAction.get(action)
      if (operation?.model.protocol !== 'json')
        throw commonFault('InvalidAction', `Could not find operation ${action}`)
      trace.operation = operation
      refuseUnrecorded(operation)
      const shown = ports.proveService && shownProof(request, operation)
      if (operation.access === 'signed' && !shown) trace.caller = await authenticate(request, trace)
      trace.input = given ?? decodeJsonInput(operation.model.input, request.body)
      if (shown) trace.caller = await provedService(shown, ports.proveService!, trace)
      const output = await perform(operation, trace.input, trace)
      const durable = record(trace)
      const fault = durable && (await unkept(durable))
      return fault ? jsonFault(fault, trace) : jsonAnswer(200, JSON.stringify(output), trace)
    } catch (error) {
      return jsonFault(await failed(error, trace), trace)
    }
  }

  async function dispatchAs(
    caller: Caller,
    action: string,
    input: Readonly<Record<string, unknown>>,
    from: Omit<CallMeta, 'requestBytes'>,
  ): Promise<unknown> {
    const meta = { ...from, requestBytes: pageBytes }
    const trace = beginTrace(ports, meta, action.slice(action.indexOf(':') + 1))
    trace.caller = caller
    let output: unknown
    try {
      const operation = byAction.get(action)
      if (operation?.access !== 'signed')
        throw commonFault('InvalidAction', `Could not find operation ${action}`)
      trace.operation = operation
      refuseUnrecorded(operation)
      trace.input = input
      output = await perform(operation, input, trace)
      trace.output = output
    } catch (error) {
      throw await failed(error, trace)
    }
    const durable = record(trace)
    const fault = durable && (await unkept(durable))
    if (fault) throw fault
    return output
  }

  return { dispatch, dispatchJson, dispatchAs }
}

function refused(fault: AwsFault, request: WireRequest, trace: Trace): WireAnswer {
  const json = answersJson(request, trace)
  const body = json
    ? encodeJsonFault(fault, trace.requestId)
    : encodeFault(fault, trace.requestId, namespaceOf(trace))
  return answerOf(fault.status, { body, json }, trace)
}

function metaOf({ sourceAddress, secure, rawHeaders, body, rawQuery }: WireRequest): CallMeta {
  return {
    sourceAddress,
    secure,
    userAgent: headerOf(rawHeaders, 'user-agent') ?? '',
    requestBytes: body.length + rawQuery.length,
  }
}

/** The failure in AWS's terms. A bug is logged with its cause, which the caller does not learn. */
function faultOf(error: unknown, { requestId, action }: Trace, log: Log): AwsFault {
  if (error instanceof AwsFault) return error
  if (error instanceof StoreFault)
    return commonFault(
      'ServiceUnavailable',
      'The store cannot be used at this moment. Try again in a moment.',
    )
  log('call-failed', { err: error, requestId, action })
  return commonFault(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
  )
}

/** IAM responds in XML only; a call to an unknown service is answered as by STS. */
function answersJson({ rawHeaders }: WireRequest, { operation }: Trace): boolean {
  return operation?.model.service !== 'iam' && asksForJson(rawHeaders)
}

function answerOf(
  status: number,
  { body, json }: { readonly body: string; readonly json: boolean },
  { requestId }: Trace,
): WireAnswer {
  const type = json ? 'application/json' : 'text/xml'
  const headers = { 'content-type': type, 'x-amzn-requestid': requestId }
  if (status !== 503) return { status, headers, body }
  return { status, headers: { ...headers, 'retry-after': retryAfterSeconds }, body }
}

/** Nothing on the way may keep it: it says what somebody may do. */
function jsonAnswer(status: number, body: string, trace: Trace): WireAnswer {
  const answer = answerOf(status, { body, json: true }, trace)
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } }
}

function jsonFault(fault: AwsFault, trace: Trace): WireAnswer {
  return jsonAnswer(fault.status, encodeJsonFault(fault, trace.requestId), trace)
}

function namespaceOf({ operation }: Trace): string {
  return operation?.model.namespace ?? stsNamespace
}
