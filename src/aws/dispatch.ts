import type { Audit } from '../audit/event.ts'
import { readSignature, verifySignature } from '../credentials/sigv4.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import { plainAddress } from '../sessions/request-facts.ts'
import type { Store } from '../store/store.ts'
import type { AuthorizationMessages } from './authorization-message.ts'
import type { KeyUses } from '../sessions/key-uses.ts'
import { recordableCall, type Trace } from './call-audit.ts'
import { decideCall } from './decide-call.ts'
import { type AnyOperation, type Call, declaredFault } from './operation.ts'
import { decodeInput } from './query/decode.ts'
import { type Encode, encoderOf } from './query/encode.ts'
import { encodeFault } from './query/faults.ts'
import { defaultParameterLimits } from './query/parameters.ts'
import { validateInput } from './query/validate.ts'
import { type CallLimits, registryOf, routeCall } from './route-call.ts'
import { isRegion, refusedRegion } from './regions.ts'
import { bannedCall } from './session-bans.ts'
import { headerOf, type WireAnswer, type WireRequest } from './wire.ts'

export interface DispatchPorts {
  readonly callers: Callers
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly audit: Pick<Audit, 'record'>
  readonly clock: Clock
  readonly keyUses: Pick<KeyUses, 'note'>
  readonly ids: Pick<Ids, 'uuid'>
  /** Bugs only: a refusal is no log line, it is an audit event. */
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void }
  /** Of calls that are scoped to none; calls may be scoped to it, whether AWS has it or not. */
  readonly region: string
  readonly messages: Pick<AuthorizationMessages, 'encode'>
  readonly limits?: Partial<CallLimits>
}
/** Who calls without a wire: the console, as a session that it holds. */
export interface CallMeta {
  readonly sourceAddress: string
  readonly userAgent: string
  readonly secure: boolean
}
export interface Dispatch {
  /** Never rejects: every failure is an answer. One audit event a call. */
  dispatch(request: WireRequest): Promise<WireAnswer>
  /**
   * Calls `service:Operation` as `caller`, on the same road without a signature and without bytes. Answers the
   * operation's output; throws AwsFault. One audit event a call.
   */
  dispatchAs(caller: Caller, action: string, input: Readonly<Record<string, unknown>>, meta: CallMeta): Promise<unknown>
}

type Input = Readonly<Record<string, unknown>>
const defaultLimits: CallLimits = { ...defaultParameterLimits, bodyBytes: 256 * 1024 }
const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** The one road of every call: bytes → operation → principal → shape → decision → handler → XML → audit event. */
export function buildDispatch(operations: readonly AnyOperation[], ports: DispatchPorts): Dispatch {
  const { callers, keyUses, store, audit, clock, ids, log, region, messages } = ports
  const limits: CallLimits = { ...defaultLimits, ...ports.limits }
  const registry = registryOf(operations)
  const encoders = new Map<AnyOperation, Encode>(operations.map((o) => [o, encoderOf(o.model)]))
  const byAction = new Map(operations.map((o) => [`${o.model.service}:${o.model.name}`, o]))

  function begin(meta: CallMeta, action: string): Trace {
    return {
      requestId: ids.uuid(), now: clock.now(), secure: meta.secure, userAgent: meta.userAgent.slice(0, 1024), region, action,
      sourceAddress: plainAddress(meta.sourceAddress),
      operation: undefined, accessKeyId: undefined, caller: undefined, input: undefined, output: undefined, chain: {},
    }
  }

  async function authenticate(request: WireRequest, trace: Trace): Promise<Caller> {
    const signature = readSignature(request)
    if (!signature) throw commonFault('MissingAuthenticationToken', 'Request is missing Authentication Token')
    trace.accessKeyId = signature.accessKeyId.slice(0, 128)
    const { model } = trace.operation!
    const { service } = model
    if (signature.service !== service) {
      throw commonFault('SignatureDoesNotMatch', `Credential should be scoped to correct service: '${service}'. `)
    }
    if (!isRegion(signature.region, region)) throw commonFault('SignatureDoesNotMatch', 'Credential should be scoped to a valid region. ')
    const claimant = await callers.claimant(signature.accessKeyId, signature.sessionToken)
    verifySignature(signature, request, claimant.secret, trace.now)
    trace.region = signature.region
    const caller = await claimant.caller()
    if (caller.credentials === 'long-term') keyUses.note(caller.accessKeyId, service, signature.region)
    const refused = await refusedRegion(signature.region, caller, model, store.reads)
    if (refused) throw refused
    return caller
  }

  /** What a handler knows of the call. Of an unsigned one `caller` and `account` are never read: their type does not have them. */
  function callOf({ model }: AnyOperation, trace: Trace): Call<string> {
    const { now, requestId, sourceAddress, userAgent, secure, region: asked, caller } = trace
    return {
      now, requestId, sourceAddress, userAgent, secure, region: asked, caller: caller!, account: caller?.account ?? '',
      fault: (code, message) => declaredFault(model, code, message),
      note: (chain) => {
        trace.chain = { ...trace.chain, ...chain }
      },
    }
  }

  /** From a decoded input to the output. */
  async function perform(operation: AnyOperation, input: Input, trace: Trace): Promise<unknown> {
    const { model } = operation
    const call = callOf(operation, trace)
    if (operation.access === 'unsigned') {
      validateInput(model.input, input)
      return operation.handle(input, call)
    }
    const banned = bannedCall(call.caller, model.service, model.name)
    if (banned) throw banned
    validateInput(model.input, input)
    const { rules } = operation
    if (rules.writes) {
      return store.transact(async (tx) => {
        const found = rules.locate && await rules.locate(input, call, tx)
        decideCall(operation, input, call, found, trace, messages)
        return rules.handle(input, call, found, tx)
      })
    }
    const found = rules.locate && await rules.locate(input, call, store.reads)
    decideCall(operation, input, call, found, trace, messages)
    return rules.handle(input, call, found, store.reads)
  }

  function faultOf(error: unknown, trace: Trace): AwsFault {
    if (error instanceof AwsFault) return error
    if (error instanceof SignInFault && trace.operation) {
      const { sts, title, next } = error.row
      trace.chain = { ...trace.chain, detail: error.detail }
      return declaredFault(trace.operation.model, sts, `${title}. ${next}`)
    }
    log.error({ err: error, requestId: trace.requestId, action: trace.action }, 'a call failed for a reason of our own')
    return commonFault('InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.')
  }

  function record(trace: Trace, fault?: AwsFault): void {
    audit.record(recordableCall(trace, fault, ids))
  }

  function answer(status: number, body: string, { requestId }: Trace): WireAnswer {
    return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body }
  }

  async function dispatch(request: WireRequest): Promise<WireAnswer> {
    const { sourceAddress, secure } = request
    const trace = begin({ sourceAddress, secure, userAgent: headerOf(request.rawHeaders, 'user-agent') ?? '' }, 'Unknown')
    try {
      const { operation, parameters } = routeCall(request, registry, limits, trace)
      if (operation.access === 'signed') trace.caller = await authenticate(request, trace)
      trace.input = decodeInput(operation.model.input, parameters, limits)
      trace.output = await perform(operation, trace.input, trace)
      const body = encoders.get(operation)!(trace.output, trace.requestId)
      record(trace)
      return answer(200, body, trace)
    } catch (error) {
      const fault = faultOf(error, trace)
      record(trace, fault)
      return answer(fault.status, encodeFault(fault, namespaceOf(trace), trace.requestId), trace)
    }
  }

  async function dispatchAs(caller: Caller, action: string, input: Input, meta: CallMeta): Promise<unknown> {
    const trace = begin(meta, action.slice(action.indexOf(':') + 1))
    trace.caller = caller
    try {
      const operation = byAction.get(action)
      if (operation?.access !== 'signed') throw commonFault('InvalidAction', `Could not find operation ${action}`)
      trace.operation = operation
      trace.input = input
      trace.output = await perform(operation, input, trace)
      record(trace)
      return trace.output
    } catch (error) {
      const fault = faultOf(error, trace)
      record(trace, fault)
      throw fault
    }
  }

  return { dispatch, dispatchAs }
}

function namespaceOf({ operation }: Trace): string {
  return operation?.model.namespace ?? stsNamespace
}
