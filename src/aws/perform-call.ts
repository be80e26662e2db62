import { AwsFault, type AwsFaultCode } from '../kernel/aws-fault.ts'
import type { Ids } from '../kernel/ids.ts'
import { type AccountQuotas, defaultAccountQuotas } from '../store/account-quotas.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import type { AuthorizationMessages } from './authorization-message.ts'
import { leftEvent, type Trace } from './call-audit.ts'
import { decideCall } from './decide-call.ts'
import type { AnyOperation, Call } from './operation.ts'
import { validateInput } from './query/validate.ts'
import { bannedCall } from './session-bans.ts'

export interface PerformPorts {
  readonly store: Pick<Store, 'reads' | 'transact'>
  readonly messages: Pick<AuthorizationMessages, 'encode'>
  readonly ids: Pick<Ids, 'uuid'>
  /** Absent: AWS's own. */
  readonly quotas?: AccountQuotas | undefined
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
}: PerformPorts): Perform {
  return async (operation, input, trace) => {
    const { model } = operation
    const call = callOf(trace, quotas)
    if (operation.access === 'unsigned') {
      validateInput(model.input, input)
      return operation.handle(input, call)
    }
    const banned = bannedCall(call.caller, model.service, model.name)
    if (banned) throw banned
    validateInput(model.input, input, model.service)
    const { rules } = operation
    const decided = async (reads: Reads) => {
      const found = rules.locate && (await rules.locate(input, call, reads))
      decideCall(call, found, trace, messages)
      return found
    }
    if (!rules.writes) return rules.handle(input, call, await decided(store.reads), store.reads)
    const finish = rules.prepare
      ? await rules.prepare(input, call, await decided(store.reads), store.reads)
      : (found: unknown, tx: Writes) => rules.handle(input, call, found, tx)
    const output = await store.transact(async (tx) => {
      trace.output = await finish(await decided(tx), tx)
      trace.left = await leftEvent(trace, tx, ids)
      return trace.output
    })
    return rules.after ? rules.after(output, input, call) : output
  }
}

/** The call as a handler sees it. For an unsigned call, the type has no `caller` and `account`. */
function callOf(trace: Trace, quotas: AccountQuotas): Call<AwsFaultCode> {
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
    leaveOut: () => {
      trace.leftOut = true
    },
  }
}

const fault = (code: AwsFaultCode, message: string) => new AwsFault(code, message)
