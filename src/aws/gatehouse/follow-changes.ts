import { askingService } from '../../authorization/authorize.ts'
import type { ChangeFeed } from '../../authorization/change-feed.ts'
import type { Services } from '../../authorization/declared-service.ts'
import { operation } from '../operation.ts'
import { FollowChanges } from './authorize-model.ts'
import { serviceArn } from './service-arn.ts'

/** Tells a service when the answers that it kept are out of date. Waits up to four seconds. */
export function followChanges(feed: Pick<ChangeFeed, 'changed'>, services: Pick<Services, 'find'>) {
  return operation(FollowChanges, {
    authorize: ({ Service }, { caller }) => ({ resource: serviceArn(caller, Service) }),

    async handle({ Service, Known }, { caller, leaveOut }) {
      await askingService(services, Service, caller)
      const Revision = await feed.changed(Known, serviceArn(caller, Service))
      leaveOut()
      return { Revision }
    },
  })
}
