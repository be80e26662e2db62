import type { Audit, AuditEvent } from '../audit/event.ts'
import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Ids } from '../kernel/ids.ts'
import { eventSource, recordableCall, type Trace } from './call-audit.ts'
import type { AnyOperation } from './operation.ts'

export interface RecorderPorts {
  readonly audit: Pick<Audit, 'record' | 'deliver' | 'durable' | 'refuses'> & {
    /** Counts a call whose event the trail does not get. */
    readonly count?: (source: AuditEvent['eventSource'], outcome: string) => void
  }
  readonly ids: Pick<Ids, 'uuid'>
}

/** Records the event of each call in the trail. */
export interface CallRecorder {
  /** undefined: the response may be sent at once. Rejects when the event can't be stored. */
  record(trace: Trace, fault?: AwsFault): Promise<void> | undefined
  /** Throws ServiceUnavailable while the trail can't record such operations. */
  refuseUnrecorded(operation: AnyOperation): void
}

export function createCallRecorder({ audit, ids }: RecorderPorts): CallRecorder {
  return {
    record(trace, fault) {
      if (trace.left && !fault) {
        // Its transaction has kept it already, wherever the trail stands.
        for (const event of trace.leftBefore ?? []) audit.deliver(event)
        audit.deliver(trace.left)
        return undefined
      }
      if (trace.leftOut && !fault) {
        audit.count?.(eventSource(trace), 'ok')
        return undefined
      }
      audit.record(recordableCall(trace, fault, ids))
      return audit.durable()
    },
    refuseUnrecorded(operation) {
      if (audit.refuses(operation.access === 'signed' && operation.rules.writes === true))
        throw unrecorded()
    },
  }
}

function unrecorded(): AwsFault {
  return commonFault(
    'ServiceUnavailable',
    'The audit trail can not be written at this moment. Try again in a moment.',
  )
}

/**
 * Waits until an event is on disk. Answers the fault that its caller gets instead of the outcome
 * when it can't be: what can't be recorded must not be used.
 */
export async function unkept(durable: Promise<void>): Promise<AwsFault | undefined> {
  try {
    await durable
    return undefined
  } catch {
    return unrecorded()
  }
}
