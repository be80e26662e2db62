/**
 * The sealed content of a session token (docs: session tokens). Permissions are not in it: they are
 * looked up at use.
 */
export interface SessionClaims {
  readonly kind: 'role' | 'federated-user' | 'user-session' | 'root-session'
  readonly partition: string
  readonly account: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /**
   * Role session name, name of the federated user, or (user-session) the user's name; `root` for
   * the root user.
   */
  readonly name: string
  /**
   * kind role: the role, with its unique id, so that old sessions do not work for a recreated role.
   */
  readonly role?: { readonly name: string; readonly path: string; readonly id: string }
  /** federated-user and user-session: who called; absent when root did. */
  readonly user?: { readonly name: string; readonly path: string; readonly id: string }
  /** Policies inside a layer unite, layers intersect. */
  readonly layers: readonly SessionLayer[]
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
  readonly mfaAt?: Date | undefined
  /** A role assumed with a role session's credentials. */
  readonly chained: boolean
  /**
   * The layers that a holder added to this session, or to one it was made with. They bind this
   * session besides its own layers, and every session made with it; none of those outlives it.
   */
  readonly narrowed?: { readonly layers: readonly SessionLayer[] }
  /**
   * The long-term key that the session was made with, directly or through other sessions: it works
   * while that key is active. Absent: the session comes from a federated identity.
   */
  readonly issuingKeyId?: string | undefined
  /**
   * The password with which the user signed in to whom the session belongs, or the session that it
   * was made with: it works while that is the user's password. Absent: no password was used.
   */
  readonly password?: PasswordOfSession | undefined
  /** The sessions and keys it was made with; it ends with each of them. */
  readonly ancestors?: readonly Ancestor[] | undefined
  /** The federated identity behind it, for condition keys (`ldap:sub` …) and audit events. */
  readonly federation?: {
    readonly provider: string
    readonly connector: string
    /** The account whose own SAML provider it was, with its name as `connector`. */
    readonly account?: string | undefined
    readonly subject: string
    readonly username: string
    /**
     * When the person was proved, in milliseconds, where that was before the session: what revokes
     * the person as of then ends it. Absent: at `issuedAt`.
     */
    readonly provedAt?: number | undefined
    readonly rule?: string | undefined
    /**
     * How long the grant and the role let a session last from its issue: a console that is opened
     * with it ends by then.
     */
    readonly maxDurationSeconds?: number | undefined
    /**
     * SAML: the condition keys that remain with the session, `saml:sub`, `saml:sub_type`,
     * `saml:namequalifier`.
     */
    readonly saml?: {
      readonly sub: string
      readonly subType: string
      readonly nameQualifier: string
    }
    /**
     * SAML: SHA-256 fingerprint (64 hexadecimal digits) of the certificate that verified the
     * assertion.
     */
    readonly certificate?: string | undefined
    /**
     * A person of an OIDC connector: the provider's name, `sub` and the audience, for the condition
     * keys that AssumeRoleWithWebIdentity has too.
     */
    readonly oidc?: {
      readonly provider: string
      readonly subject: string
      readonly audience: string
    }
    /** Web identity: the token's audience, for the condition keys `HOST/PATH:aud` and `:oaud`. */
    readonly audience?: string | undefined
    readonly originalAudience?: string | undefined
  }
}
export interface PasswordOfSession {
  readonly account: string
  /** The user's unique id; of the account's root, the account. */
  readonly userId: string
  /** When it became the user's password, as the store has it. */
  readonly setAt: string
}
/**
 * A session or key with which another session was made: the names by which it can be revoked, when
 * it was issued (milliseconds), and whose it was.
 */
export interface Ancestor {
  readonly issuedAt: number
  readonly names: readonly string[]
  readonly role?: { readonly account: string; readonly name: string; readonly id: string }
}
export interface SessionLayer {
  /** JSON texts. */
  readonly inline: readonly string[]
  readonly arns: readonly string[]
}
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}
