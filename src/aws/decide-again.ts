import { AwsFault } from '../kernel/aws-fault.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Caller } from '../sessions/caller.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import { defaultAccountQuotas } from '../store/account-quotas.ts'
import type { Reads } from '../store/store.ts'
import { beginTrace } from './call-audit.ts'
import { decideCall } from './decide-call.ts'
import { iamOperations } from './iam/operations.ts'
import type { AnyOperation, SignedOperation } from './operation.ts'
import { callOf } from './perform-call.ts'
import { stsOperations } from './sts/operations.ts'

/** `undecided`: what the call acts on can't be found again. */
export type Verdict = {
  /** What was asked, as far as it is known: a call may need more permissions than its own. */
  readonly actions: readonly string[]
} & (
  | { readonly result: 'allowed' | 'undecided' }
  /** The sentence that the caller would get. */
  | { readonly result: 'denied'; readonly message: string }
)

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input.
type AnySigned = SignedOperation<any, any, any, any>

/** Every operation of STS and IAM, by `service:Name`. They can be decided, but not called. */
export function decidableOperations(): ReadonlyMap<string, AnyOperation> {
  const all: readonly AnyOperation[] = [
    ...stsOperations(notCalled as unknown as Parameters<typeof stsOperations>[0]),
    ...iamOperations(notCalled as unknown as Parameters<typeof iamOperations>[0]),
  ]
  return new Map(all.map((one) => [`${one.model.service}:${one.model.name}`, one]))
}

/** Ports of handlers, which nothing calls here. */
const notCalled: object = new Proxy(() => {}, {
  get: () => notCalled,
  apply() {
    throw new Error('only the decision of a call is made again')
  },
})

/**
 * Decides a call of the past again, by the caller and the records as they are in `reads`. Changes
 * nothing.
 */
export async function decideAgain(
  operation: AnySigned,
  input: Readonly<Record<string, unknown>>,
  {
    caller,
    facts,
    reads,
    ids,
  }: {
    readonly caller: Caller
    readonly facts: RequestFacts
    readonly reads: Reads
    readonly ids: Pick<Ids, 'uuid'>
  },
): Promise<Verdict> {
  const { name } = operation.model
  const meta = { ...facts, requestBytes: 0 }
  const clock = { now: () => facts.now }
  const trace = beginTrace({ ids, clock, region: facts.region }, meta, name)
  Object.assign(trace, { operation, caller, input })
  const call = callOf(trace, defaultAccountQuotas)
  let actions: readonly string[] = []
  try {
    const found = operation.rules.locate && (await operation.rules.locate(input, call, reads))
    actions = actionsOf(operation, operation.rules.authorize(input, call, found))
    decideCall(call, found, trace, { encode: () => '' })
    return { result: 'allowed', actions }
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error
    if (error.code !== 'AccessDenied') return { result: 'undecided', actions }
    return { result: 'denied', message: error.message, actions }
  }
}

function actionsOf(
  { model }: AnySigned,
  wanted: ReturnType<AnySigned['rules']['authorize']>,
): readonly string[] {
  if (wanted === 'caller-only') return []
  return [wanted].flat().map(({ action }) => action ?? `${model.service}:${model.name}`)
}
