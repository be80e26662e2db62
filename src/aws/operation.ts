import type { Chain } from '../audit/event.ts'
import { AwsFault, type CommonFaultCode, commonFaults } from '../kernel/aws-fault.ts'
import type { Layers } from '../policy/index.ts'
import type { Caller } from '../sessions/caller.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { Reads, Writes } from '../store/store.ts'
import type { Model } from './model.ts'

/** One question to the engine. An operation may have several; all must be allowed. */
export interface Target {
  /** `service:Action`; absent: the operation's own. */
  readonly action?: string
  readonly resource: string
  /** The account that owns the resource; absent: the caller's. */
  readonly resourceAccount?: string
  /** Condition keys of the request, in any case. A list is a multi-valued key. */
  readonly conditions?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The resource's own policies. */
  readonly layers?: Pick<Layers, 'trust' | 'resource'>
}

/** What every handler knows of the call. */
export interface OpenCall<Code extends string> extends RequestFacts {
  readonly requestId: string
  /** A refusal: a code that the model declares, or one that any operation may answer. Others do not compile. */
  fault(code: Code | CommonFaultCode, message: string): AwsFault
  /** Adds to the audit event's chain. */
  note(chain: Chain): void
}
export interface Call<Code extends string> extends OpenCall<Code> {
  readonly caller: Caller
  /** The caller's account. */
  readonly account: string
}

type MaybePromise<T> = T | Promise<T>

interface Deciding<In, Code extends string, Found> {
  /** Loads what the call acts on, in the handler's transaction. An absent thing is decided on before it is told. */
  locate?(input: In, call: Call<Code>, reads: Reads): MaybePromise<Found>
  /** `caller-only`: whoever has valid credentials may, and no policy can take that away. */
  authorize(input: In, call: Call<Code>, found: Found): Target | readonly Target[] | 'caller-only'
}
export interface ReadRules<In, Out, Code extends string, Found> extends Deciding<In, Code, Found> {
  readonly writes?: never
  handle(input: In, call: Call<Code>, found: Found, reads: Reads): MaybePromise<Out>
}
/** Located, decided and handled in one transaction. */
export interface WriteRules<In, Out, Code extends string, Found> extends Deciding<In, Code, Found> {
  readonly writes: true
  handle(input: In, call: Call<Code>, found: Found, writes: Writes): MaybePromise<Out>
}

export interface SignedOperation<In = never, Out = unknown, Code extends string = never, Found = never> {
  readonly access: 'signed'
  readonly model: Model<In, Out, Code>
  readonly rules: ReadRules<In, Out, Code, Found> | WriteRules<In, Out, Code, Found>
}
/** Called without a signature: its parameters prove who calls. POST only; nothing is read from the query string. */
export interface UnsignedOperation<In = never, Out = unknown, Code extends string = never> {
  readonly access: 'unsigned'
  readonly model: Model<In, Out, Code>
  handle(input: In, call: OpenCall<Code>): Promise<Out>
}
// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input; each was checked where it was declared.
export type AnyOperation = SignedOperation<any, any, any, any> | UnsignedOperation<any, any, any>

/** Declares a signed operation: the model says what it takes and answers, the rules who may and what happens. */
export function operation<In, Out, Code extends string, Found = undefined>(
  model: Model<In, Out, Code>,
  rules: ReadRules<In, Out, Code, Found> | WriteRules<In, Out, Code, Found>,
): SignedOperation<In, Out, Code, Found> {
  return { access: 'signed', model, rules }
}

export function unsignedOperation<In, Out, Code extends string>(
  model: Model<In, Out, Code>,
  handle: (input: In, call: OpenCall<Code>) => Promise<Out>,
): UnsignedOperation<In, Out, Code> {
  return { access: 'unsigned', model, handle }
}

/** The fault of an operation: its declared status, or the common table's. */
export function declaredFault(model: Model<unknown, unknown, string>, code: string, message: string): AwsFault {
  const status = Object.hasOwn(model.errors, code) ? model.errors[code] : commonFaults[code as CommonFaultCode]
  return new AwsFault(code, status ?? 400, message)
}
