import { ownerOfConnector } from '../audit/index/terms.ts'
import type { LookupPorts } from '../aws/gatehouse/explain/lookup-events.ts'
import type { WhoCanPorts } from '../aws/gatehouse/explain/who-can.ts'
import type { SessionPorts } from '../aws/gatehouse/sessions/open-sessions.ts'
import { createParties } from '../sessions/parties.ts'
import type { Inner } from './inner.ts'

/** What explains decisions and events. Sign-ins concern the accounts that a connector serves. */
export function explainPorts({ ground, people }: Pick<Inner, 'ground' | 'people'>): {
  readonly lookup: LookupPorts
  readonly whoCan: WhoCanPorts
  readonly sessions: SessionPorts
} {
  const connectorsOf = (account: string) =>
    people.connectors.list
      .filter(({ accounts }) => accounts.includes(account))
      .map(({ id }) => ownerOfConnector(id))
  return {
    lookup: { index: ground.audit.index, connectorsOf },
    sessions: { openSessions: people.inBrowsers.openSessions, connectorsOf },
    whoCan: { parties: createParties(ground.store) },
  }
}
