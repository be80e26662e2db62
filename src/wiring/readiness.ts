import { serversRemark } from '../connectors/directory-servers.ts'
import { certificateRemark } from '../connectors/saml-certificates.ts'
import { type Check, stopping } from '../http/routes/health.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

const toldOfStop: Check = {
  ...stopping,
  probe: () => Promise.reject(new Error(stopping.reason)),
  remark: () => undefined,
}

type Checked = Pick<Inner, 'ground' | 'people' | 'fellows'>

/** Checks what this node needs or should have in order to serve; called at each request. */
export function readinessChecks(
  { clock, retired }: Surroundings,
  { ground: { store, audit, shortLived }, people: { connectors }, fellows }: Checked,
): readonly Check[] {
  return [
    ...(retired?.() ? [toldOfStop] : []),
    {
      name: 'store',
      required: true,
      probe: () => store.probe(),
      remark: () => store.remark?.(),
    },
    {
      name: 'audit',
      // Losing audit events is worse than a node that serves nobody.
      required: audit.trail.losing,
      probe: () => audit.trail.probe(),
    },
    {
      name: 'ephemeral',
      // Signed calls need no Redis, and other nodes have no other: without it nobody would serve.
      required: !shortLived.redis,
      probe: () => shortLived.ephemeral.probe(),
      remark: () => shortLived.redis?.memory.remark(),
    },
    { name: 'nodes', required: false, probe: async () => {}, remark: () => fellows.remark() },
    ...connectors.list.map((one) => ({
      name: `connector ${one.id}`,
      required: false,
      probe: (signal: AbortSignal) => one.upstream.probe(signal),
      remark: () => certificateRemark(one, clock.now()) ?? serversRemark(one),
    })),
  ]
}
