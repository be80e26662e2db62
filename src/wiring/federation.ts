import type { Connectors } from '../connectors/open-connectors.ts'
import { createFederation } from '../sessions/federate.ts'
import type { Ground } from './ground.ts'
import type { Issuers } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

/** What gives people who have proved who they are the roles that they ask for. */
export function federationOf(
  { clock, organization }: Surroundings,
  { store }: Ground,
  { sessions, upstream }: Issuers,
  connectors: Pick<Connectors, 'list'>,
) {
  return createFederation({
    ...{ store, clock, issuer: sessions.issuer, upstreams: upstream },
    connectors: () => connectors.list,
    organization: () => organization().organization,
  })
}
