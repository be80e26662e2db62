import { Counter, Gauge, type Registry } from 'prom-client'
import type { Audit, AuditEvent } from './event.ts'

/**
 * The trail, with `gatehouse_events_total` by service and outcome (an error's code, or `ok`), and `gatehouse_audit_failing`: 1 while the
 * trail can't be written.
 */
export function countedAudit(audit: Audit, registry: Registry): Pick<Audit, 'record'> {
  // Outcomes are a closed set of codes. Counted by ourselves: the library's own counting costs more than all of a counter is for.
  const counts = new Map<AuditEvent['eventSource'], Map<string, number>>()
  new Counter({
    name: 'gatehouse_events_total', help: 'Calls and sign-ins by service and outcome', labelNames: ['service', 'outcome'], registers: [registry],
    collect() {
      this.reset()
      for (const [eventSource, outcomes] of counts) {
        for (const [outcome, count] of outcomes) this.inc({ service: eventSource.split('.')[0]!, outcome }, count)
      }
    },
  })
  new Gauge({
    name: 'gatehouse_audit_failing', help: '1 while the audit trail can not be written', registers: [registry],
    async collect() {
      this.set(await audit.probe().then(() => 0, () => 1))
    },
  })
  function count(eventSource: AuditEvent['eventSource'], outcome: string): void {
    const outcomes = counts.get(eventSource) ?? new Map<string, number>()
    counts.set(eventSource, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1))
  }
  return {
    record(recordable) {
      count(recordable.eventSource, recordable.errorCode ?? 'ok')
      audit.record(recordable)
    },
  }
}
