import type { Chain } from '../audit/event.ts'
import type { SessionLayer } from '../credentials/claims.ts'
import type { PasswordEnd } from '../kernel/password-end.ts'
import type { RequestOrigin } from './request-facts.ts'
import type { Issued } from './role-issue.ts'

/** What a call may request for its session, however the person was authenticated. */
export interface SessionRequest {
  /** The call's own session policies: `Policy` and `PolicyArns`. */
  readonly layer?: SessionLayer | undefined
  readonly durationSeconds?: number | undefined
  readonly from: RequestOrigin
}

/**
 * Adds to the chain of the call's audit event, which the dispatcher writes: the authenticated
 * identity, the decision, and the reason for a refusal.
 */
export type Note = (chain: Chain) => void

/**
 * Authenticates a person by the evidence in a call and assumes a role (`AssumeRoleWith…`). Returns
 * the session and what the operation's response adds to it. Throws AwsFault, whose message contains
 * only what the caller may read; everything else goes to `note`.
 */
export type Assume<Evidence, Answer> = (
  request: SessionRequest & Evidence,
  note: Note,
) => Promise<Issued & Answer>

export type AssumeWithPassword = Assume<
  {
    readonly username: string
    readonly password: string
    /** Required if several connectors accept passwords on the wire. */
    readonly providerName?: string | undefined
    /** Required if the person may take more than one role. */
    readonly roleArn?: string | undefined
  },
  {
    /** The connector's id. */
    readonly provider: string
    readonly passwordEnd?: PasswordEnd | undefined
  }
>

export type AssumeWithSaml = Assume<
  {
    readonly roleArn: string
    readonly principalArn: string
    /** The response, in base64. */
    readonly assertion: string
  },
  {
    readonly subject: string
    readonly subjectType: string
    readonly issuer: string
    /** The assertion's Recipient. */
    readonly audience: string
    readonly nameQualifier: string
  }
>

export type AssumeWithWebIdentity = Assume<
  {
    readonly roleArn: string
    readonly sessionName: string
    readonly token: string
  },
  {
    readonly subject: string
    readonly audience: string
    /**
     * The provider in the trust policy's words: its ARN, or a name such as `accounts.google.com`.
     */
    readonly provider: string
  }
>
