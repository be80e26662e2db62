import { Gauge, type Registry } from 'prom-client'
import { type Connector, takesPasswords } from './connector.ts'

/**
 * Registers `gatehouse_directory_server_up`: 1 while a server of a directory is in use, 0 while it
 * rests.
 */
export function gaugeServers(connectors: () => readonly Connector[], registry: Registry): void {
  new Gauge({
    name: 'gatehouse_directory_server_up',
    help: 'Whether a server of a directory is asked (1), or passed over after trouble (0)',
    labelNames: ['connector', 'server'],
    // Of several processes on one node, the worst counts.
    aggregator: 'min',
    registers: [registry],
    collect() {
      // Drop servers that left the settings.
      this.reset()
      for (const { id, upstream } of connectors().filter(takesPasswords)) {
        for (const { url, trouble } of upstream.servers?.() ?? [])
          this.set({ connector: id, server: url }, trouble ? 0 : 1)
      }
    },
  })
}

/**
 * Returns what readiness reports for a directory that answers although some of its servers do not.
 */
export function serversRemark(connector: Connector): string | undefined {
  const states = takesPasswords(connector) ? (connector.upstream.servers?.() ?? []) : []
  const resting = states.flatMap(({ url, trouble }) =>
    trouble
      ? `${url} is passed over until ${trouble.askedAgainAt.toISOString()}: ${trouble.reason}`
      : [],
  )
  return resting.length === 0 ? undefined : resting.join('; ')
}
