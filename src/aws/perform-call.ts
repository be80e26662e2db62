import { AwsFault, type AwsFaultCode } from '../kernel/aws-fault.ts'
import type { Ids } from '../kernel/ids.ts'
import type { LastAccessed } from '../sessions/last-accessed.ts'
import { type AccountQuotas, defaultAccountQuotas } from '../store/account-quotas.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import type { AuthorizationMessages } from './authorization-message.ts'
import { leftEvent, type Trace } from './call-audit.ts'
import { decideCall } from './decide-call.ts'
import type { AnyOperation, Call, SignedOperation } from './operation.ts'
import { validateInput } from './query/validate.ts'
import { bannedCall } from './session-bans.ts'

export interface PerformPorts {
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly messages: Pick<AuthorizationMessages, 'encode'>
  readonly ids: Pick<Ids, 'uuid'>
  /** Absent: AWS's own. */
  readonly quotas?: AccountQuotas | undefined
  /** Absent: nothing is noted. */
  readonly lastAccessed?: Pick<LastAccessed, 'note'> | undefined
}

type Input = Readonly<Record<string, unknown>>

/**
 * From decoded input to output: shape, bans, what the call acts on, decision, handler. The trace
 * has operation, input and caller already.
 */
export type Perform = (operation: AnyOperation, input: Input, trace: Trace) => Promise<unknown>

export function createPerform({
  store,
  messages,
  ids,
  quotas = defaultAccountQuotas,
  lastAccessed,
}: PerformPorts): Perform {
  return async (operation, input, trace) => {
    const { model } = operation
    const call = callOf(trace, quotas)
    if (operation.access === 'unsigned') {
      validateInput(model.input, input)
      return operation.handle(input, call)
    }
    const { service, name: action } = model
    lastAccessed?.note(call.caller, { service, action, region: call.region }, call.now)
    refuseUnfit(operation, input, call)
    const { rules } = operation
    const { reads } = store
    const decided = (of: Reads) => locateAndDecide(trace, call, of, messages)
    if (!rules.writes) return rules.handle(input, call, await decided(reads), reads)
    const finish = rules.prepare
      ? await rules.prepare(input, call, await decided(reads), reads)
      : (found: unknown, tx: Writes) => rules.handle(input, call, found, tx)
    const output = await store.transact(
      async (tx) => {
        trace.output = await finish(await decided(tx), tx)
        trace.left = await leftEvent(trace, tx, ids)
        return trace.output
      },
      [call.account],
    )
    return rules.after ? rules.after(output, input, call) : output
  }
}

type AnyCall = Call<AwsFaultCode>

/** A call of a batch that reads, after decoding. Throws what the call alone would throw. */
export async function performRead(
  trace: Trace,
  call: AnyCall,
  { reads, messages }: { readonly reads: Reads } & Pick<PerformPorts, 'messages'>,
): Promise<unknown> {
  const { rules } = signed(trace)
  refuseUnfit(signed(trace), trace.input!, call)
  if (rules.writes) throw new Error(`${trace.action} does not read`)
  const found = await locateAndDecide(trace, call, reads, messages)
  return rules.handle(trace.input!, call, found, reads)
}

/**
 * A call of a batch that writes, after decoding, in the batch's transaction. Throws what the call
 * alone would throw.
 */
export async function performWrite(
  trace: Trace,
  call: AnyCall,
  { writes, messages }: { readonly writes: Writes } & Pick<PerformPorts, 'messages'>,
): Promise<unknown> {
  const { rules } = signed(trace)
  refuseUnfit(signed(trace), trace.input!, call)
  if (!rules.writes || rules.prepare) throw new Error(`${trace.action} can't be in a transaction`)
  const found = await locateAndDecide(trace, call, writes, messages)
  trace.output = await rules.handle(trace.input!, call, found, writes)
  return trace.output
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input.
type AnySigned = SignedOperation<any, any, any, any>

function signed({ operation }: Trace): AnySigned {
  // INVARIANT: a batch holds signed operations only.
  return operation as AnySigned
}

function refuseUnfit({ model }: AnySigned, input: Input, { caller }: AnyCall): void {
  const banned = bannedCall(caller, model.service, model.name)
  if (banned) throw banned
  validateInput(model.input, input, model.service)
}

async function locateAndDecide(
  trace: Trace,
  call: AnyCall,
  reads: Reads,
  messages: PerformPorts['messages'],
): Promise<unknown> {
  const { rules } = signed(trace)
  const found = rules.locate && (await rules.locate(trace.input!, call, reads))
  decideCall(call, found, trace, messages)
  return found
}

/** The call as a handler sees it. For an unsigned call, the type has no `caller` and `account`. */
export function callOf(trace: Trace, quotas: AccountQuotas): Call<AwsFaultCode> {
  const { now, requestId, sourceAddress, userAgent, secure, region, caller } = trace
  return {
    now,
    requestId,
    sourceAddress,
    userAgent,
    secure,
    region,
    caller: caller!,
    account: caller?.account ?? '',
    fault,
    quotas,
    note: (chain) => {
      trace.chain = { ...trace.chain, ...chain }
    },
    left: (event) => {
      trace.leftBefore = [...(trace.leftBefore ?? []), event]
    },
    leaveOut: () => {
      trace.leftOut = true
    },
  }
}

const fault = (code: AwsFaultCode, message: string) => new AwsFault(code, message)
