import type { Chain, LeftEvent } from '../audit/event.ts'
import type { AwsFault, AwsFaultCode, CommonFaultCode } from '../kernel/aws-fault.ts'
import type { Layers } from '../policy/index.ts'
import type { Caller } from '../sessions/caller.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { AccountQuotas } from '../store/account-quotas.ts'
import type { Reads, Writes } from '../store/store.ts'
import type { Model } from './model.ts'

/** One question to the engine. An operation may have several; all must be allowed. */
export interface Target {
  /** `service:Action`; absent: the operation's own. */
  readonly action?: string | undefined
  readonly resource: string
  /** The account that owns the resource; absent: the caller's. */
  readonly resourceAccount?: string | undefined
  /** Condition keys of the request, in any case. A list is a multi-valued key. */
  readonly conditions?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The resource's own policies. */
  readonly layers?: Pick<Layers, 'trust' | 'resource'>
}

/** What every handler knows of the call. */
export interface OpenCall<Code extends AwsFaultCode> extends RequestFacts {
  readonly requestId: string
  /**
   * A refusal: a code that the model declares, or one that any operation may answer. Others do not
   * compile.
   */
  fault(code: Code | CommonFaultCode, message: string): AwsFault
  /** How many entities an account may have. */
  readonly quotas: AccountQuotas
  /** Adds to the audit event's chain. */
  note(chain: Chain): void
  /** Adds an event that the call's transaction wrote, besides the call's own. */
  left(event: LeftEvent): void
  /** Counts the call, and leaves its event out of the trail unless it fails. */
  leaveOut(): void
}
export interface Call<Code extends AwsFaultCode> extends OpenCall<Code> {
  readonly caller: Caller
  /** The caller's account. */
  readonly account: string
}

type MaybePromise<T> = T | Promise<T>

interface Deciding<In, Code extends AwsFaultCode, Found> {
  /**
   * Loads what the call acts on, in the handler's transaction. An absent thing is decided on before
   * it is told.
   */
  locate?(input: In, call: Call<Code>, reads: Reads): MaybePromise<Found>
  /** `caller-only`: whoever has valid credentials may, and no policy can take that away. */
  authorize(input: In, call: Call<Code>, found: Found): Target | readonly Target[] | 'caller-only'
}
export interface ReadRules<In, Out, Code extends AwsFaultCode, Found>
  extends Deciding<In, Code, Found> {
  readonly writes?: never | undefined
  readonly after?: never | undefined
  handle(input: In, call: Call<Code>, found: Found, reads: Reads): MaybePromise<Out>
}
/** Located, decided and handled in one transaction. */
export interface WriteRules<In, Out, Code extends AwsFaultCode, Found>
  extends Deciding<In, Code, Found> {
  readonly writes: true
  readonly prepare?: never | undefined
  handle(input: In, call: Call<Code>, found: Found, writes: Writes): MaybePromise<Out>
  /**
   * Runs when the write is committed, and may wait for another server. Returns the answer; the
   * call's event has that of `handle`.
   */
  after?(output: Out, input: In, call: Call<Code>): Promise<Out>
}
/**
 * A write that may wait for another server: `prepare` runs before the transaction, whose lock every
 * other write waits for. The call is located and decided on before both.
 */
export interface PreparedWriteRules<In, Out, Code extends AwsFaultCode, Found>
  extends Deciding<In, Code, Found> {
  readonly writes: true
  readonly after?: never | undefined
  /**
   * Returns the rest, for the transaction. It reads what it changes again: it may be another by
   * then.
   */
  prepare(
    input: In,
    call: Call<Code>,
    found: Found,
    reads: Reads,
  ): Promise<(found: Found, writes: Writes) => MaybePromise<Out>>
}
type Rules<In, Out, Code extends AwsFaultCode, Found> =
  | ReadRules<In, Out, Code, Found>
  | WriteRules<In, Out, Code, Found>
  | PreparedWriteRules<In, Out, Code, Found>

export interface SignedOperation<
  In = never,
  Out = unknown,
  Code extends AwsFaultCode = never,
  Found = never,
> {
  readonly access: 'signed'
  readonly model: Model<In, Out, Code>
  readonly rules: Rules<In, Out, Code, Found>
}
/** Called without a signature: its parameters prove who calls. */
export interface UnsignedOperation<In = never, Out = unknown, Code extends AwsFaultCode = never> {
  readonly access: 'unsigned'
  readonly model: Model<In, Out, Code>
  /**
   * The sensitive parameters that the query string may hold too; others are read from the body
   * only, since every proxy on the way writes URLs down.
   */
  readonly sensitiveInQuery: readonly string[]
  /** Whether pages of other origins may call it: not where calls count as a person's tries. */
  readonly fromPages: boolean
  handle(input: In, call: OpenCall<Code>): Promise<Out>
}
// biome-ignore lint/suspicious/noExplicitAny: the registry holds every input; each was checked.
export type AnyOperation = SignedOperation<any, any, any, any> | UnsignedOperation<any, any, any>

/**
 * Declares a signed operation: the model has its input and output, the rules decide who may call it
 * and what happens.
 */
export function operation<In, Out, Code extends AwsFaultCode, Found = undefined>(
  model: Model<In, Out, Code>,
  rules: Rules<In, Out, Code, Found>,
): SignedOperation<In, Out, Code, Found> {
  return { access: 'signed', model, rules }
}

export function unsignedOperation<In, Out, Code extends AwsFaultCode>(
  model: Model<In, Out, Code>,
  handle: (input: In, call: OpenCall<Code>) => Promise<Out>,
  {
    sensitiveInQuery = [],
    fromPages = true,
  }: Partial<Pick<UnsignedOperation, 'sensitiveInQuery' | 'fromPages'>> = {},
): UnsignedOperation<In, Out, Code> {
  return { access: 'unsigned', model, sensitiveInQuery, fromPages, handle }
}
