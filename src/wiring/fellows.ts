import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Gauge } from 'prom-client'
import { type Fellows, openFellows } from '../config/fellow-nodes.ts'
import { fingerprintOf } from '../config/fingerprint.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Compares this node with the others on its store: `gatehouse_nodes`, `gatehouse_nodes_differing`.
 */
export function openFellowNodes(
  { current, clock, log }: Surroundings,
  { store, keys, registry }: Ground,
): Fellows {
  const purpose = 'node-settings'
  let known: { readonly of: object; readonly fingerprint: ReturnType<typeof fingerprintOf> }
  const fellows = openFellows({
    documents: store.documents,
    sealing: {
      seal: (text) => keys.ring.seal(purpose, Buffer.from(text)),
      open: (sealed) => keys.ring.unseal(purpose, sealed)?.toString(),
    },
    id: randomUUID(),
    name: `${hostname()}/${process.pid}`,
    fingerprint() {
      const { settings } = current()
      if (known?.of !== settings) known = { of: settings, fingerprint: fingerprintOf(settings) }
      return known.fingerprint
    },
    ...{ clock, log },
  })
  void fellows.look()
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      // The workers of a machine see the same nodes.
      ...{ name, help, registers: [registry], aggregator: 'max' },
      collect() {
        this.set(value())
      },
    })
  gauge('gatehouse_nodes', 'Nodes on this store, with this one', () => fellows.figures().nodes)
  gauge(
    'gatehouse_nodes_differing',
    'Nodes whose settings or clock differ',
    () => fellows.figures().differing,
  )
  return fellows
}
