import type { AuditEvent, Recordable } from '../../audit/event.ts'
import type { UpstreamEnding } from '../../sessions/upstream-revocations.ts'
import { userIdentity } from '../call-audit.ts'
import type { Call } from '../operation.ts'

const eventSource = 'gatehouse.amazonaws.com'
/** Of an event without its texts. */
const eventBytes = 2048

/** What an event tells of the ending of one role's sessions at AWS. */
export function endingFields(
  { account, role, ended, detail, reason, requestId }: UpstreamEnding,
  revoked: { readonly scope: string; readonly target: string },
) {
  return {
    eventSource,
    eventName: 'RevokeUpstreamSessions',
    recipientAccountId: account,
    requestParameters: { ...revoked, roleName: role },
    ...(!ended && { errorCode: reason ?? 'not-ended', errorMessage: detail }),
    chain: { upstream: { type: 'aws', requestId } },
  } as const
}

/** The event of one role's ending: it follows that of the call, and has its id. */
export function endingEvent(
  ending: UpstreamEnding,
  revoked: { readonly scope: string; readonly target: string },
  call: Call<never>,
  eventID: string,
): Recordable {
  const { now, region, sourceAddress, userAgent, requestId, caller } = call
  const fields = endingFields(ending, revoked)
  const event = (): AuditEvent => ({
    ...fields,
    eventID,
    eventTime: now,
    eventType: 'AwsServiceEvent',
    awsRegion: region,
    sourceIPAddress: sourceAddress,
    userAgent,
    requestID: requestId,
    userIdentity: userIdentity(caller),
    readOnly: false,
  })
  return { eventSource, errorCode: fields.errorCode, bytes: eventBytes, event }
}
