import type { AuditEvent } from './event.ts'

/** An event in CloudTrail's record form, version 1.11; our chain stands under `additionalEventData.gatehouse`. */
export function cloudTrailRecord(event: AuditEvent): Record<string, unknown> {
  const { chain, eventTime, readOnly, recipientAccountId, errorCode, errorMessage, requestParameters, responseElements } = event
  return {
    eventVersion: '1.11',
    userIdentity: event.userIdentity,
    eventTime: `${eventTime.toISOString().slice(0, 19)}Z`,
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: event.awsRegion,
    sourceIPAddress: event.sourceIPAddress,
    userAgent: event.userAgent,
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
    requestParameters: requestParameters ?? null,
    responseElements: responseElements ?? null,
    additionalEventData: { gatehouse: chain },
    requestID: event.requestID,
    eventID: event.eventID,
    readOnly,
    eventType: event.eventType,
    managementEvent: true,
    eventCategory: 'Management',
    ...(recipientAccountId !== undefined && { recipientAccountId }),
  }
}
