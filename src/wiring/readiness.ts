import { serversRemark } from '../connectors/directory-servers.ts'
import { certificateRemark } from '../connectors/saml-certificates.ts'
import { type Check, stopping } from '../http/routes/health.ts'
import type { Ground } from './ground.ts'
import type { People } from './people.ts'
import type { Surroundings } from './surroundings.ts'

const toldOfStop: Check = {
  ...stopping,
  probe: () => Promise.reject(new Error(stopping.reason)),
  remark: () => undefined,
}

/** Checks what this node needs or should have in order to serve; called at each request. */
export function readinessChecks(
  { clock, retired }: Surroundings,
  { store, audit, shortLived }: Ground,
  { connectors }: People,
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
    ...connectors.list.map((one) => ({
      name: `connector ${one.id}`,
      required: false,
      probe: (signal: AbortSignal) => one.upstream.probe(signal),
      remark: () => certificateRemark(one, clock.now()) ?? serversRemark(one),
    })),
  ]
}
