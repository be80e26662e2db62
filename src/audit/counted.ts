import { Counter, Gauge, type Registry } from 'prom-client'
import type { Audit } from './event.ts'

/**
 * The trail, with `gatehouse_events_total` by service and outcome (an error's code, or `ok`), and `gatehouse_audit_failing`: 1 while the
 * trail can't be written.
 */
export function countedAudit(audit: Audit, registry: Registry): Pick<Audit, 'record'> {
  const events = new Counter({
    name: 'gatehouse_events_total', help: 'Calls and sign-ins by service and outcome', labelNames: ['service', 'outcome'], registers: [registry],
  })
  new Gauge({
    name: 'gatehouse_audit_failing', help: '1 while the audit trail can not be written', registers: [registry],
    async collect() {
      this.set(await audit.probe().then(() => 0, () => 1))
    },
  })
  // Outcomes are a closed set of codes: finding a counter by its labels costs more than counting.
  const counters = new Map<string, ReturnType<typeof events.labels>>()
  const counterOf = (eventSource: string, outcome: string) => {
    const name = `${eventSource} ${outcome}`
    let counter = counters.get(name)
    if (!counter) {
      counter = events.labels(eventSource.split('.')[0]!, outcome)
      counters.set(name, counter)
    }
    return counter
  }
  return {
    record(recordable) {
      counterOf(recordable.eventSource, recordable.errorCode ?? 'ok').inc()
      audit.record(recordable)
    },
  }
}
