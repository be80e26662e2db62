import type { Chain } from '../../audit/event.ts'

/** What a replay reads of a call's event. */
export interface RecordedCall {
  readonly eventTime: string
  /** `iam.amazonaws.com`. */
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent?: string
  readonly errorCode?: string
  readonly requestParameters?: unknown
  readonly responseElements?: { readonly credentials?: { readonly accessKeyId?: string } } | null
  readonly userIdentity: {
    readonly type?: string
    readonly principalId?: string
    readonly arn?: string
    readonly accountId?: string
    readonly accessKeyId?: string
    readonly userName?: string
    readonly sessionContext?: {
      readonly sessionIssuer?: {
        readonly type?: string
        readonly principalId?: string
        readonly arn?: string
        readonly userName?: string
      }
      readonly attributes?: { readonly creationDate?: string; readonly mfaAuthenticated?: string }
      readonly sourceIdentity?: string
    }
  }
  readonly additionalEventData?: { readonly gatehouse?: Chain }
}

/** `service:Operation`. */
export function recordedAction({ eventSource, eventName }: RecordedCall): string {
  return `${eventSource.split('.')[0]}:${eventName}`
}

/** The ARN of the role of a session, or of the user. */
export function holderOf({ userIdentity }: RecordedCall): string {
  const { type, arn = '', sessionContext } = userIdentity
  return (type === 'AssumedRole' ? sessionContext?.sessionIssuer?.arn : undefined) ?? arn
}
