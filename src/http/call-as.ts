import { type AnyCall, CallRefusal } from '../console/call.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { OpenConsole } from '../sign-in/console.ts'
import type { originOf, PagePorts } from './app-ports.ts'

/** Calls as the console session. Each call has its own request id, which a refusal contains. */
export function callAs(
  { dispatchAs, ids }: Pick<PagePorts, 'dispatchAs' | 'ids'>,
  { caller }: OpenConsole,
  { sourceAddress, userAgent, secure }: ReturnType<typeof originOf>,
): AnyCall {
  return async (action, input) => {
    const requestId = ids.uuid()
    try {
      return await dispatchAs(
        caller,
        action,
        { ...input },
        {
          sourceAddress,
          userAgent,
          secure,
          requestId,
        },
      )
    } catch (error) {
      throw error instanceof AwsFault ? new CallRefusal(action, error, requestId) : error
    }
  }
}
