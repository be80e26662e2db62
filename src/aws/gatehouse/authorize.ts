import type { Authorize as Answering } from '../../authorization/authorize.ts'
import { operation } from '../operation.ts'
import { Authorize } from './authorize-model.ts'
import { serviceArn } from './service-arn.ts'

/**
 * Answers a service of the settings who sent it a request, and whether that caller may do what the
 * request means.
 */
export function authorize(answer: Answering) {
  return operation(Authorize, {
    authorize: ({ Service }, { caller }) => ({ resource: serviceArn(caller, Service) }),

    async handle(asked, { caller, now, requestId, note, leaveOut }) {
      const { answered, chain, recorded } = await answer(asked, { caller, now, requestId })
      note(chain)
      if (!recorded) leaveOut()
      return answered
    },
  })
}
