import type { Audit, AuditEvent } from '../../src/audit/event.ts'

/** A trail in memory: each event is in `events` as soon as it is recorded. */
export function recordingAudit(events: AuditEvent[] = []) {
  const audit: Pick<Audit, 'record' | 'deliver' | 'durable' | 'refuses'> = {
    record: (one) => void events.push(one.event()),
    deliver: ({ line }) => void events.push(eventOf(line)),
    durable: () => undefined,
    refuses: () => false,
  }
  return audit
}

/** The event that a line of the trail tells. */
function eventOf(line: string): AuditEvent {
  const {
    eventVersion,
    managementEvent,
    eventCategory,
    additionalEventData,
    requestParameters,
    responseElements,
    ...event
  } = JSON.parse(line)
  return {
    ...event,
    eventTime: new Date(event.eventTime),
    ...(requestParameters && { requestParameters }),
    ...(responseElements && { responseElements }),
    chain: additionalEventData.gatehouse,
  }
}
