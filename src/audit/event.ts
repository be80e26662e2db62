import type { PasswordEnd } from '../kernel/password-end.ts'

/**
 * One event for every call and sign-in, allowed or denied. Written as a CloudTrail record with our
 * chain beside it (CloudTrail user guide, "CloudTrail record contents"). Never contains a secret:
 * parameters are redacted before.
 */
export interface AuditEvent {
  readonly eventID: string
  readonly eventTime: Date
  readonly eventSource:
    | 'sts.amazonaws.com'
    | 'iam.amazonaws.com'
    | 'signin.amazonaws.com'
    | 'gatehouse.amazonaws.com'
  readonly eventName: string
  readonly eventType: 'AwsApiCall' | 'AwsConsoleSignIn' | 'AwsServiceEvent'
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly requestID: string
  readonly recipientAccountId?: string | undefined
  readonly userIdentity: Readonly<Record<string, unknown>>
  readonly errorCode?: string | undefined
  readonly errorMessage?: string | undefined
  readonly requestParameters?: unknown | undefined
  readonly responseElements?: unknown | undefined
  /** CloudTrail's own, beside the chain: `MFAUsed` and the like. */
  readonly additional?: Readonly<Record<string, string>> | undefined
  readonly readOnly: boolean
  readonly chain: Chain
  /** The caller is not authenticated: the event keeps less of the call. */
  readonly unproved?: boolean | undefined
}

/** connector → identity → rule → role → session → decision, as far as the request got. */
export interface Chain {
  /** Of the settings; for AssumeRoleWithWebIdentity the issuer, without `https://`. */
  readonly connector?: string | undefined
  /**
   * `ACCOUNT/NAME` of an account's own SAML provider, made by the API: in place of a connector,
   * which may have the same name.
   */
  readonly samlProvider?: string | undefined
  readonly identity?: {
    readonly subject: string
    readonly username: string
    readonly strength?: string | undefined
    /** What the directory said about the end of the password, at the sign-in. */
    readonly passwordEnd?: PasswordEnd | undefined
  }
  /** The sign-in that this belongs to: the same in every event of one, and in those of its apps. */
  readonly signIn?: string | undefined
  /** The rule whose grant was taken; for a refusal, every rule with its reason. */
  readonly rule?: string | undefined
  readonly outcomes?: readonly {
    readonly rule: string
    readonly result: string
    readonly reason: string
  }[]
  readonly role?: string | undefined
  readonly session?: string | undefined
  readonly decision?: {
    readonly effect: string
    readonly because: readonly unknown[]
    readonly blockedBy?: string | undefined
    /** Of a denied call: what was asked. Names of condition keys in lower case. */
    readonly question?:
      | {
          readonly action: string
          readonly resource: string
          readonly resourceAccount: string
          readonly context: Readonly<Record<string, readonly string[]>>
        }
      | undefined
  }
  /** What a service asked about somebody, and what it was answered. */
  readonly authorized?: {
    readonly service: string
    readonly caller?: string | undefined
    readonly accessKeyId?: string | undefined
    readonly answers: readonly unknown[]
  }
  /** The reference that was shown to the person. */
  readonly reference?: string | undefined
  /**
   * The shape of an identity provider's message, without values that identify a person. Shows how a
   * refused message differs from the last accepted one.
   */
  readonly evidence?: Readonly<Record<string, string>>
  /** The full reason, for the operator. */
  readonly detail?: string | undefined
  /** The STS behind the role's account, where that gave the credentials, and its id of the call. */
  readonly upstream?: {
    readonly type: string
    readonly requestId: string | undefined
  }
}

/**
 * An event that is assembled later, when the trail writes its batch, so that the caller does not
 * wait for it. The data that it is made from must not change any more.
 */
export interface Recordable extends Pick<AuditEvent, 'eventSource' | 'errorCode' | 'unproved'> {
  /** Bytes that it keeps in memory while it waits: an estimate that is never too low. */
  readonly bytes: number
  event(): AuditEvent
}

/** An event whose line a transaction wrote to the outbox: it is certain to reach the trail. */
export interface LeftEvent extends Pick<AuditEvent, 'eventSource'> {
  readonly line: string
  /** The id of the line in the outbox. */
  readonly id: number
}

export interface Audit extends AsyncDisposable {
  /** Never throws and never waits for the disk: events are buffered and written in order. */
  record(recordable: Recordable): void
  /**
   * Like `record`, after the transaction that wrote the line has committed. The event is never
   * lost: if it can't be written now, it is delivered from the outbox later, even after a restart.
   */
  deliver(left: LeftEvent): void
  /** Resolves when everything recorded so far is written or can't be written. */
  flush(): Promise<void>
  /**
   * For settings that require each event on disk before its answer: resolves when everything
   * recorded so far is on disk, rejects when it can't be. undefined: there is nothing to wait for.
   */
  durable(): Promise<void> | undefined
  /** Whether to refuse a call because its event can't be kept. */
  refuses(writes: boolean): boolean
  /**
   * Readiness: rejects with the reason while the trail can't be written and events are kept in
   * memory.
   */
  probe(): Promise<void>
  /** Events were dropped since the trail began to fail, so the trail has a gap. */
  readonly losing: boolean
  /** For metrics, counted since the start. */
  readonly figures: { readonly waitingBytes: number; readonly lostEvents: number }
}
