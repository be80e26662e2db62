import type { AnalysisOperations } from '../aws/gatehouse/analysis/analysis-model.ts'
import type { DirectoryOperations } from '../aws/gatehouse/directory/directory-model.ts'
import type { GatehouseOperations } from '../aws/gatehouse/explain/explain-model.ts'
import type { MappingOperations } from '../aws/gatehouse/mapping/mapping-model.ts'
import type { SessionOperations } from '../aws/gatehouse/sessions/session-model.ts'
import type { GetGroupResponse } from '../aws/iam/groups/get-group-model.ts'
import type { SecurityKeyOperations } from '../aws/iam/mfa-devices/security-key-model.ts'
import type { GetRoleResponse } from '../aws/iam/roles/get-role-model.ts'
import type { RevokeSessionsRequest, RevokeSessionsResponse } from '../aws/sts/revocation-model.ts'
import type { AwsFault } from '../kernel/aws-fault.ts'
import type { Operations as Iam } from '../reference/aws/iam-shapes.gen.ts'
import type { Operations as Sts } from '../reference/aws/sts-shapes.gen.ts'

type OfService<S extends string, Named> = {
  readonly [N in keyof Named & string as `${S}:${N}`]: Named[N]
}
/** Operations whose output has more than AWS's. */
interface Extended {
  readonly 'iam:GetGroup': { in: Iam['GetGroup']['in']; out: GetGroupResponse }
  readonly 'iam:GetRole': { in: Iam['GetRole']['in']; out: GetRoleResponse }
}
type AwsOperations = OfService<'iam', Iam> & OfService<'sts', Sts>
/** Operations that AWS does not have. */
type OwnOperations = OfService<'iam', SecurityKeyOperations> &
  OfService<
    'gatehouse',
    GatehouseOperations &
      MappingOperations &
      DirectoryOperations &
      AnalysisOperations &
      SessionOperations
  > & {
    readonly 'sts:RevokeSessions': {
      readonly in: RevokeSessionsRequest
      readonly out: RevokeSessionsResponse
    }
  }
type Operations = Omit<AwsOperations, keyof Extended> & Extended & OwnOperations

/** `service:Operation`, as policies write actions. */
export type Action = keyof Operations & string
export type Input<A extends Action> = Operations[A]['in']
export type Output<A extends Action> = Operations[A]['out']

/**
 * Calls an operation with the permissions of the console session and no others, and records one
 * audit event for each call. Rejects with CallRefusal when the answer is a fault.
 */
export type Call<A extends Action> = <N extends A>(action: N, input: Input<N>) => Promise<Output<N>>

/**
 * The call that the edge provides for a page: it dispatches, and puts the call's request id into a
 * refusal.
 */
export type AnyCall = (action: Action, input: object) => Promise<unknown>

/** A refused call. The reference is the request id of its audit event. */
export class CallRefusal extends Error {
  readonly action: Action
  readonly fault: AwsFault
  readonly reference: string

  constructor(action: Action, fault: AwsFault, reference: string) {
    super(fault.message, { cause: fault })
    this.name = 'CallRefusal'
    this.action = action
    this.fault = fault
    this.reference = reference
  }
}

/** A part of a page, or the missing permission that withholds it. */
export type Part<T> = { readonly value: T } | { readonly denied: Denial }

/** A permission that the session lacks, with the service's message and the audit reference. */
export interface Denial {
  readonly action: string
  readonly message: string
  readonly reference: string
}

/**
 * Returns the part, or its denial. Rethrows every other refusal, because it concerns the whole
 * page.
 */
export async function partOf<T>(work: Promise<T>): Promise<Part<T>> {
  try {
    return { value: await work }
  } catch (error) {
    if (error instanceof CallRefusal && isDenial(error)) return { denied: denialOf(error) }
    throw error
  }
}

/** Returns undefined when the operation answers that there is no such thing, by this code. */
export async function unlessAbsent<T>(
  work: Promise<T>,
  code = 'NoSuchEntity',
): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CallRefusal && error.fault.code === code) return undefined
    throw error
  }
}

export function isDenial({ fault }: CallRefusal): boolean {
  return fault.code === 'AccessDenied'
}

/**
 * Takes the missing action from the message, because a call may need more permissions than its own.
 */
export function denialOf({ action, fault, reference }: CallRefusal): Denial {
  const [, named = action] = / not authorized to perform: (\S+) on /.exec(fault.message) ?? []
  return { action: named, message: fault.message, reference }
}
