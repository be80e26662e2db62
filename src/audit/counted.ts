import { Counter, Gauge, type Registry } from 'prom-client'
import type { Audit, AuditEvent } from './event.ts'

/**
 * The trail, with `gatehouse_events_total` by service and outcome (an error's code, or `ok`),
 * `gatehouse_audit_failing` (1 while the trail can't be written), `gatehouse_audit_lost_total` and
 * `gatehouse_audit_waiting_bytes`.
 */
export function countedAudit(
  audit: Audit,
  registry: Registry,
): Pick<Audit, 'record' | 'deliver' | 'durable' | 'refuses'> & { readonly count: typeof count } {
  // Outcomes are a closed set of codes. Count them here, because counting in the metrics library
  // costs too much for each event.
  const counts = new Map<AuditEvent['eventSource'], Map<string, number>>()
  new Counter({
    name: 'gatehouse_events_total',
    help: 'Calls and sign-ins by service and outcome',
    labelNames: ['service', 'outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [eventSource, outcomes] of counts) {
        for (const [outcome, count] of outcomes)
          this.inc({ service: eventSource.split('.')[0]!, outcome }, count)
      }
    },
  })
  new Gauge({
    name: 'gatehouse_audit_failing',
    help: '1 while the audit trail cannot be written',
    // Of several processes on one node, the worst counts.
    aggregator: 'max',
    registers: [registry],
    async collect() {
      this.set(
        await audit.probe().then(
          () => 0,
          () => 1,
        ),
      )
    },
  })
  new Counter({
    name: 'gatehouse_audit_lost_total',
    help: 'Events that were dropped because the audit trail could not take them',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(audit.figures.lostEvents)
    },
  })
  new Gauge({
    name: 'gatehouse_audit_waiting_bytes',
    help: 'Memory of the events that wait for the audit trail',
    registers: [registry],
    collect() {
      this.set(audit.figures.waitingBytes)
    },
  })
  function count(eventSource: AuditEvent['eventSource'], outcome: string): void {
    const outcomes = counts.get(eventSource) ?? new Map<string, number>()
    counts.set(eventSource, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1))
  }
  return {
    count,
    record(recordable) {
      count(recordable.eventSource, recordable.errorCode ?? 'ok')
      audit.record(recordable)
    },
    deliver(left) {
      count(left.eventSource, 'ok')
      audit.deliver(left)
    },
    durable: () => audit.durable(),
    refuses: (writes) => audit.refuses(writes),
  }
}
