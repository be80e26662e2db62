import type { Identity } from '../kernel/identity.ts'
import type { Recheck } from './recheck.ts'

/** Where to send the browser next, and how the message travels. */
export type Send =
  | { readonly by: 'redirect'; readonly url: string }
  | { readonly by: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }

/** What a browser brought back, in a query or a form. No parameter occurs twice. */
export interface Answer {
  readonly by: 'query' | 'post'
  readonly parameters: ReadonlyMap<string, string>
}

/** How a sign-in sends the browser to the identity provider. */
export interface Departure {
  readonly send: Send
  /**
   * What the answer is checked against (an OIDC connector's nonce and PKCE verifier): at most 512
   * characters. The browser keeps it in a sealed cookie; it appears in no URL. `recall` returns it
   * only for an answer by query, because another site's form brings no cookies.
   */
  readonly memo?: string | undefined
}

/** The attempt that an answer completes. */
export interface Recalled {
  readonly memo?: string | undefined
}

export interface Proving {
  /**
   * Finds the attempt by the id that `begin` was given. Call it once, with the id that the answer
   * states. Throws SignInFault `attempt-ended` where there is no open attempt of this connector,
   * and for an answer by query also where another browser began it. The attempt is used up once
   * `prove` succeeded and the shared checks passed.
   */
  recall(attemptId: string): Promise<Recalled>
  readonly signal: AbortSignal
}

/** What an answer of an identity provider proved. */
export interface RedirectProof {
  readonly identity: Identity
  /** When the identity provider authenticated the person, as the provider states it. */
  readonly authenticatedAt: Date
  /** When the proof was issued: one issued before a revocation is worth nothing. */
  readonly issuedAt: Date
  /** Identifies the proof to the operator: the id of an assertion, the `jti` of a token. */
  readonly id: string
  /** Identifies the proof to the replay guard: unique across all issuers. */
  readonly replayKey: string
  /** Until when the proof could be replayed, clock skew included. */
  readonly replayableUntil: Date
  /** Of one that may come unasked: the earliest time at which it may have been made. */
  readonly madeAt?: Date | undefined
  /** What later checks of the sign-in need: a refresh token. Kept sealed, never told. */
  readonly secret?: string | undefined
  /** Where the provider says that the person wants to go; read only for an unsolicited answer. */
  readonly destination?: string | undefined
}

/** Which sessions a provider says are over, by a message that comes once. */
export interface SessionsEnded {
  /** The person, as the provider names them; alone: all of their sessions. */
  readonly subject?: string | undefined
  /** The session, as the provider names it: that one only. */
  readonly sessionId?: string | undefined
  readonly id: string
  readonly replayKey: string
  readonly replayableUntil: Date
}

/** A certificate that a connector relies on. */
export interface RelevantCertificate {
  /**
   * `idp`: the identity provider signs with it; `own`: ours, with which identity providers verify
   * our signatures and encrypt.
   */
  readonly whose: 'idp' | 'own'
  /** SHA-256, 64 hexadecimal digits. */
  readonly fingerprint: string
  readonly expiresAt: Date
}

/**
 * Sends the browser to the identity provider and takes a proof back. Every check specific to the
 * protocol is here; the checks that all protocols share (the attempt, its browser, replay, fresh
 * authentication, revocation) are in src/sign-in/redirect.
 */
export interface RedirectUpstream extends AsyncDisposable {
  readonly flow: 'redirect'
  /** Whether unsolicited proofs are accepted. */
  readonly acceptsUnsolicited: boolean
  /** Whether the person has to authenticate anew at each sign-in. */
  readonly forcesReauthentication: boolean
  /**
   * Returns the message that begins a sign-in. `attemptId` can't be forged, has fewer than 200
   * characters and is valid both as an XML ID and as an OAuth state; the answer has to repeat it.
   * Throws SignInFault.
   */
  begin(attemptId: string, signal: AbortSignal): Promise<Departure>
  /** Runs every check of an answer except the shared ones above. Throws SignInFault. */
  prove(answer: Answer, proving: Proving): Promise<RedirectProof>
  /**
   * Describes an answer, valid or not, for the audit trail: includes no secret and no value that
   * reveals anything about a person. Never throws.
   */
  describe?(answer: Answer): Readonly<Record<string, string>>
  /**
   * Returns a message that also signs the person out at the identity provider; undefined where the
   * provider takes none now. `requestId` is valid as an XML ID.
   */
  signOut?(requestId: string, identity: Identity): Send | undefined
  /**
   * Verifies a message by which the provider itself, not a browser, ends sessions. Absent where the
   * protocol has none. Throws SignInFault.
   */
  readBackChannelLogout?(message: string, signal: AbortSignal): Promise<SessionsEnded>
  /** The certificates that the connector relies on, as far as they are known now. */
  certificates?(): readonly RelevantCertificate[]
  /**
   * Returns whether a person authenticated earlier could still be authenticated now; absent where
   * finding out takes a request. A sign-in in progress checks it at every step.
   */
  knows?(identity: Identity): boolean
  /** Asks again about people who are signed in; absent where settings or protocol do not. */
  readonly recheck?: Recheck | undefined
  /** For readiness: rejects when the identity provider is not known, or no longer known. */
  probe(signal: AbortSignal): Promise<void>
}
