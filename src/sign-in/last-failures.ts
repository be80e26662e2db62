import type { Audit } from '../audit/event.ts'

/** A sign-in that was refused. */
export interface Failure {
  readonly at: Date
  readonly code: string
  /** For the operator. */
  readonly detail?: string | undefined
  /** What the person was shown. */
  readonly reference?: string | undefined
}

const mostFailures = 20
const mostConnectors = 200
const mostCharacters = 500

/**
 * Keeps the last refused sign-ins of each connector, as their audit events tell them, in the memory
 * of this node: for whoever looks why nobody gets in, while the audit log is elsewhere.
 */
export function createLastFailures() {
  const byConnector = new Map<string, Failure[]>()
  return {
    /** The audit for sign-ins, whose events are also looked at. */
    watching(audit: Pick<Audit, 'record' | 'durable' | 'refuses'>): typeof audit {
      return {
        durable: () => audit.durable(),
        refuses: (writes) => audit.refuses(writes),
        record(recordable) {
          audit.record(recordable)
          if (recordable.errorCode === undefined) return
          const { chain, eventTime } = recordable.event()
          const { connector, detail, reference } = chain
          if (connector === undefined) return
          const kept = byConnector.get(connector) ?? []
          const at = { at: eventTime, code: recordable.errorCode }
          kept.unshift({ ...at, detail: detail?.slice(0, mostCharacters), reference })
          kept.length = Math.min(kept.length, mostFailures)
          if (byConnector.has(connector) || byConnector.size < mostConnectors)
            byConnector.set(connector, kept)
        },
      }
    },
    /** The latest first. */
    of: (connector: string): readonly Failure[] => byConnector.get(connector) ?? [],
  }
}
