import { ownerOfConnector } from '../audit/index/terms.ts'
import type { LookupPorts } from '../aws/gatehouse/explain/lookup-events.ts'
import type { RoleGraphPorts } from '../aws/gatehouse/explain/role-graph.ts'
import { createTrustGraphs } from '../aws/gatehouse/explain/trust-graph.ts'
import type { WhoCanPorts } from '../aws/gatehouse/explain/who-can.ts'
import type { SessionPorts } from '../aws/gatehouse/sessions/open-sessions.ts'
import { createParties } from '../sessions/parties.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

/** What explains decisions and events. Sign-ins concern the accounts that a connector serves. */
export function explainPorts(
  { current }: Pick<Surroundings, 'current'>,
  { ground, people }: Pick<Inner, 'ground' | 'people'>,
): {
  readonly lookup: LookupPorts
  readonly whoCan: WhoCanPorts
  readonly sessions: SessionPorts
  readonly roleGraph: RoleGraphPorts
} {
  const connectorsOf = (account: string) =>
    people.connectors.list
      .filter(({ accounts }) => accounts.includes(account))
      .map(({ id }) => ownerOfConnector(id))
  return {
    lookup: { index: ground.audit.index, connectorsOf },
    sessions: { openSessions: people.inBrowsers.openSessions, connectorsOf },
    whoCan: { parties: createParties(ground.store), rules: () => current().mappings.rules },
    roleGraph: { graphOf: createTrustGraphs(ground.store) },
  }
}
