/**
 * One event for every call and sign-in, allowed or denied. Written as CloudTrail's record with our chain beside it
 * (CloudTrail user guide, "CloudTrail record contents"). No secret ever gets in: parameters come redacted.
 */
export interface AuditEvent {
  readonly eventID: string
  readonly eventTime: Date
  readonly eventSource: 'sts.amazonaws.com' | 'iam.amazonaws.com' | 'signin.amazonaws.com'
  readonly eventName: string
  readonly eventType: 'AwsApiCall' | 'AwsConsoleSignIn' | 'AwsServiceEvent'
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly requestID: string
  readonly recipientAccountId?: string
  readonly userIdentity: Readonly<Record<string, unknown>>
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters?: unknown
  readonly responseElements?: unknown
  readonly readOnly: boolean
  readonly chain: Chain
}

/** connector → identity → rule → role → session → decision: as far as the road went. */
export interface Chain {
  readonly connector?: string
  readonly identity?: { readonly subject: string; readonly username: string; readonly strength?: string }
  /** The rule whose grant was taken; for a refusal, every rule with its reason. */
  readonly rule?: string
  readonly outcomes?: readonly { readonly rule: string; readonly result: string; readonly reason: string }[]
  readonly role?: string
  readonly session?: string
  readonly decision?: { readonly effect: string; readonly because: readonly unknown[]; readonly blockedBy?: string }
  /** The reference that the person was shown. */
  readonly reference?: string
  /** What an identity provider's message looked like, without values that tell of a person: sets a refusal apart from the last success. */
  readonly evidence?: Readonly<Record<string, string>>
  /** For the operator: why, in full. */
  readonly detail?: string
}

/**
 * An event that is not put together yet: it is when the trail writes its batch, behind the caller's road. What it is made from must not
 * change any more.
 */
export interface Recordable extends Pick<AuditEvent, 'eventSource' | 'errorCode'> {
  event(): AuditEvent
}

export interface Audit extends AsyncDisposable {
  /** Never throws into the caller's road and never waits for the disk: buffered, flushed in order. */
  record(recordable: Recordable): void
  /** Resolves when everything recorded so far is written. */
  flush(): Promise<void>
  /** Readiness: rejects with the reason while the trail can't be written and events are kept in memory. */
  probe(): Promise<void>
}
