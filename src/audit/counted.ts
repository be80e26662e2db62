import { Counter, type Registry } from 'prom-client'
import type { Audit } from './event.ts'

/** The trail, with `gatehouse_events_total` by service and outcome: an error's code, or `ok`. */
export function countedAudit(audit: Audit, registry: Registry): Pick<Audit, 'record'> {
  const events = new Counter({
    name: 'gatehouse_events_total', help: 'Calls and sign-ins by service and outcome', labelNames: ['service', 'outcome'], registers: [registry],
  })
  return {
    record(event) {
      events.inc({ service: event.eventSource.split('.')[0]!, outcome: event.errorCode ?? 'ok' })
      audit.record(event)
    },
  }
}
