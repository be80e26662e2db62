import { AwsFault } from '../../kernel/aws-fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Ids } from '../../kernel/ids.ts'
import type { Grant } from '../../mapping/grant.ts'
import type { Organization } from '../../policy/index.ts'
import type { Caller } from '../../sessions/caller.ts'
import { createPrincipals } from '../../sessions/principals.ts'
import type { RememberingStore } from '../../store/remembering.ts'
import { decideAgain, type Verdict } from '../decide-again.ts'
import type { AnyOperation, SignedOperation } from '../operation.ts'
import { recordedInput } from '../recorded-input.ts'
import { type RecordedCall, recordedAction } from './recorded-call.ts'
import type { RecordedSessions } from './recorded-sessions.ts'

export interface JudgePorts {
  readonly store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>
  readonly clock: Clock
  readonly organization: () => Organization | undefined
  readonly operations: ReadonlyMap<string, AnyOperation>
}

/** By whom a call is taken to be made, and by which grant a person had the role. */
export interface Judging {
  readonly sessions: RecordedSessions
  readonly grantOf: (event: RecordedCall) => Promise<Grant | undefined>
  /** The caller with other policies; absent: as the records have them. */
  readonly change?: ((caller: Caller) => Caller) | undefined
}

/** Decides a recorded call by the records of the store as they are now. */
export type Judge = (event: RecordedCall, judging: Judging) => Promise<Verdict>

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input.
type AnySigned = SignedOperation<any, any, any, any>

/** Whether a call can be decided again: it was signed, and its operation is one of ours. */
export function isDecidable(
  event: RecordedCall,
  operations: ReadonlyMap<string, AnyOperation>,
): boolean {
  const operation = operations.get(recordedAction(event))
  return operation?.access === 'signed' && event.userIdentity.arn !== undefined
}

export function createJudge({ store, clock, organization, operations }: JudgePorts): Judge {
  const principals = createPrincipals(store, clock, organization)
  const ids = new Ids()

  async function callerOf(event: RecordedCall, { sessions, grantOf }: Judging): Promise<Caller> {
    const claims = sessions.claimsOf(event, await grantOf(event))
    if (claims) return principals.ofClaims(claims, 'console')
    const { accessKeyId = '', accountId = '', userName, type } = event.userIdentity
    const key = { owner: accountId, userName: type === 'Root' ? undefined : userName }
    return principals.ofKey(accessKeyId, key)
  }

  return async (event, judging) => {
    // INVARIANT: callers ask `isDecidable` before.
    const operation = operations.get(recordedAction(event)) as AnySigned
    const input = recordedInput(operation.model.input, event.requestParameters ?? {})
    if (input === undefined) return { result: 'undecided', actions: [] }
    const facts = {
      now: new Date(event.eventTime),
      sourceAddress: event.sourceIPAddress,
      userAgent: event.userAgent ?? '',
      secure: true,
      region: event.awsRegion,
    }
    try {
      const found = await callerOf(event, judging)
      const caller = judging.change?.(found) ?? found
      const { reads } = store
      return await decideAgain(operation, input as Readonly<Record<string, unknown>>, {
        ...{ caller, facts, reads, ids },
      })
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error
      return { result: 'denied', message: 'the user or role is gone', actions: [] }
    }
  }
}
