import type { Authorize, CheckRequest } from '../../authorization/authorize.ts'
import type { ChangeFeed } from '../../authorization/change-feed.ts'
import type { Services } from '../../authorization/declared-service.ts'
import type { AnyOperation } from '../operation.ts'
import { authorize } from './authorize.ts'
import { checkRequest } from './check-request.ts'
import { followChanges } from './follow-changes.ts'

export interface ServicePorts {
  readonly authorize: Authorize
  readonly check: CheckRequest
  readonly feed: Pick<ChangeFeed, 'changed'>
  readonly services: () => Services
}

/** Returns every operation that services of the settings call. */
export function gatehouseOperations({
  authorize: answer,
  check,
  feed,
  services,
}: ServicePorts): readonly AnyOperation[] {
  return [authorize(answer), checkRequest(check), followChanges(feed, services)]
}
