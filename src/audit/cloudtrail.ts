import { secondsWriter } from '../kernel/clock.ts'
import { visibleText } from '../kernel/visible-text.ts'
import { cutText, cutToBudget, eventBudget } from './cut.ts'
import type { AuditEvent } from './event.ts'

const eventTime = secondsWriter()

/**
 * Returns the event in CloudTrail's record form, version 1.11, with our chain under
 * `additionalEventData.gatehouse`. Every record has the same object shape, which makes writing
 * twice as fast; JSON leaves out undefined members. Each field that a caller can fill has a byte
 * budget.
 */
export function cloudTrailRecord(event: AuditEvent): Record<string, unknown> {
  const parameters = event.unproved ? eventBudget.unprovedParameters : eventBudget.parameters
  return {
    eventVersion: '1.11',
    userIdentity: event.userIdentity,
    eventTime: eventTime(event.eventTime),
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: event.awsRegion,
    sourceIPAddress: event.sourceIPAddress,
    userAgent: cutText(event.userAgent, eventBudget.userAgent),
    errorCode: event.errorCode,
    errorMessage: event.errorMessage && cutText(event.errorMessage, eventBudget.message),
    requestParameters: cutToBudget(event.requestParameters ?? null, parameters),
    responseElements: cutToBudget(event.responseElements ?? null, eventBudget.response),
    additionalEventData: {
      ...event.additional,
      gatehouse: cutToBudget(event.chain, eventBudget.chain),
    },
    requestID: event.requestID,
    eventID: event.eventID,
    readOnly: event.readOnly,
    eventType: event.eventType,
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: event.recipientAccountId,
  }
}

/**
 * Returns the event's line in the trail, with its line end. If the line is too long although every
 * field is within its budget, the response is left out.
 */
export function cloudTrailLine(event: AuditEvent): string {
  const record = cloudTrailRecord(event)
  const line = visibleText(JSON.stringify(record))
  if (line.length * 3 <= eventBudget.event || Buffer.byteLength(line) <= eventBudget.event)
    return `${line}\n`
  return `${visibleText(JSON.stringify({ ...record, responseElements: { omitted: true } }))}\n`
}
