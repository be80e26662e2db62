import { secondsWriter } from '../kernel/clock.ts'
import type { AuditEvent } from './event.ts'

const eventTime = secondsWriter()

/**
 * An event in CloudTrail's record form, version 1.11; our chain stands under `additionalEventData.gatehouse`. Members that
 * are undefined are left out by JSON: an object of one shape for all events is written twice as fast.
 */
export function cloudTrailRecord(event: AuditEvent): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: event.userIdentity,
    eventTime: eventTime(event.eventTime),
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: event.awsRegion,
    sourceIPAddress: event.sourceIPAddress,
    userAgent: event.userAgent,
    errorCode: event.errorCode,
    errorMessage: event.errorMessage,
    requestParameters: event.requestParameters ?? null,
    responseElements: event.responseElements ?? null,
    additionalEventData: { gatehouse: event.chain },
    requestID: event.requestID,
    eventID: event.eventID,
    readOnly: event.readOnly,
    eventType: event.eventType,
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: event.recipientAccountId,
  }
}
