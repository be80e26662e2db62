import type { ReceivedRequest } from './received-request.ts'

/** What a service asks of `POST /authorize`. */
export interface Asked {
  readonly Version: string
  /** The service's own prefix. */
  readonly Service: string
  /** For what must not be repeated: a signed request proves somebody once. */
  readonly Once?: boolean | undefined
  /** `key`: the signing key of this caller's day, region and service too. */
  readonly Want?: readonly 'key'[] | undefined
  /** The signed request that it received; or: */
  readonly Request?: ReceivedRequest | undefined
  /** The access token that it received, one of Gatehouse's for this service. */
  readonly Bearer?: string | undefined
  readonly From: AskedFrom
  readonly Questions: readonly AskedQuestion[]
}
/** Where the service got the request from. */
export interface AskedFrom {
  readonly SourceIp: string
  readonly Secure: boolean
  readonly UserAgent?: string | undefined
}
export interface AskedQuestion {
  readonly Id: string
  /** `orders:CancelOrder`. */
  readonly Action: string
  /** An ARN; `*` for actions without a resource. */
  readonly Resource: string
  readonly Context?: Readonly<Record<string, readonly string[]>> | undefined
  /** The resource's own policy, as JSON text. */
  readonly ResourcePolicy?: string | undefined
  /** The name of one that the settings have. */
  readonly ResourcePolicyName?: string | undefined
}

export interface Answered {
  /** The reference: the audit event's request id. */
  readonly Decision: string
  /** Answers of other revisions are out of date. Not ordered: compare for equality only. */
  readonly Revision: string
  /** Absent: nobody was proved. */
  readonly Caller?: AnsweredCaller | undefined
  readonly Answers: readonly Answer[]
  readonly Key?: SigningKeyOfDay | undefined
}
export interface AnsweredCaller {
  readonly Arn: string
  readonly Account: string
  readonly UserId: string
  readonly SessionName?: string | undefined
  readonly SourceIdentity?: string | undefined
  readonly Tags: Readonly<Record<string, string>>
  /** ISO 8601; absent for long-term keys. */
  readonly ExpiresAt?: string | undefined
  readonly Region: string
  /** What of the request is proved, besides method, path and query. */
  readonly SignedHeaders: readonly string[]
  /** What was signed of the body: its SHA-256, or `UNSIGNED-PAYLOAD`. */
  readonly PayloadHash: string
  /** Of a token: whom it names, the app that got it, and what it was given for. */
  readonly Token?:
    | { readonly Subject: string; readonly App: string; readonly Scopes: readonly string[] }
    | undefined
}
export interface Answer {
  readonly Id: string
  readonly Verdict: 'allow' | 'deny' | 'unproved'
  /** The HTTP status that fits. */
  readonly Status: number
  /** For the caller. */
  readonly Say: string
  /** For the service's log, never for the caller. */
  readonly Log: AnswerLog
  /** How long the service may keep the answer, for the same caller, question and From. */
  readonly MaxAgeSeconds: number
}
export interface AnswerLog {
  readonly Code: string
  readonly Detail?: string | undefined
  /** `POLICY statement N`. */
  readonly Because?: readonly string[] | undefined
  readonly BlockedBy?: string | undefined
  readonly MissingContext?: readonly string[] | undefined
}
export interface SigningKeyOfDay {
  readonly AccessKeyId: string
  /** YYYYMMDD. */
  readonly Date: string
  readonly Region: string
  /** Base64. */
  readonly SigningKey: string
  /** The service's rules in the settings, for whoever verifies with the key. */
  readonly Hosts: readonly string[]
  readonly SignedHeaders: readonly string[]
  readonly Payload: 'hashed' | 'unsigned'
}
