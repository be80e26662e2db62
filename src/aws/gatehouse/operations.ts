import type { Authorize, CheckRequest } from '../../authorization/authorize.ts'
import type { ChangeFeed } from '../../authorization/change-feed.ts'
import type { Services } from '../../authorization/declared-service.ts'
import type { AnyOperation } from '../operation.ts'
import { authorize } from './authorize.ts'
import { checkRequest } from './check-request.ts'
import { searchEntities } from './directory/search-entities.ts'
import { explainAccess } from './explain/explain-access.ts'
import { type LookupPorts, lookupEvents } from './explain/lookup-events.ts'
import { type RoleGraphPorts, roleGraph } from './explain/role-graph.ts'
import { type WhoCanPorts, whoCan } from './explain/who-can.ts'
import { followChanges } from './follow-changes.ts'
import { type RegistrationPorts, registrationOperations } from './registration.ts'
import { type SessionPorts, sessionOperations } from './sessions/open-sessions.ts'
import { getSessionTree } from './sessions/session-tree.ts'

export interface ServicePorts {
  readonly authorize: Authorize
  readonly check: CheckRequest
  readonly feed: Pick<ChangeFeed, 'changed'>
  readonly services: Services
  readonly lookup: LookupPorts
  readonly sessions: SessionPorts
  readonly whoCan: WhoCanPorts
  readonly roleGraph: RoleGraphPorts
  readonly registration: Omit<RegistrationPorts, 'services'>
}

/** Returns every operation that services call, and those by which accounts register them. */
export function gatehouseOperations(ports: ServicePorts): readonly AnyOperation[] {
  const { authorize: answer, check, feed, services, registration, lookup } = ports
  return [
    authorize(answer),
    checkRequest(check),
    followChanges(feed, services),
    explainAccess,
    lookupEvents(lookup),
    getSessionTree(lookup),
    ...sessionOperations(ports.sessions),
    whoCan(ports.whoCan),
    searchEntities(ports.roleGraph),
    roleGraph(ports.roleGraph),
    ...registrationOperations({ ...registration, services }),
  ]
}
