import type { CheckRequest as Checking } from '../../authorization/authorize.ts'
import { commonFault } from '../../kernel/aws-fault.ts'
import { unsignedOperation } from '../operation.ts'
import { CheckRequest } from './authorize-model.ts'

/**
 * Answers a proxy whether a request may go on to the service behind it. The request's own signature
 * is the proof: nobody learns anything but about a request that they hold. Throws
 * MissingAuthenticationToken where nobody is proved.
 */
export function checkRequest(check: Checking) {
  return unsignedOperation(CheckRequest, async (asked, { now, requestId, note, leaveOut }) => {
    const { answered, chain, recorded } = await check(asked, { now, requestId })
    note(chain)
    const [answer] = answered.Answers
    if (answer?.Verdict === 'unproved') throw commonFault('MissingAuthenticationToken', answer.Say)
    if (!recorded) leaveOut()
    return answered
  })
}
