/** What a session token carries, sealed (docs: session tokens). Permissions are not in it: they are looked up at use. */
export interface SessionClaims {
  readonly kind: 'role' | 'federated-user' | 'user-session' | 'root-session'
  readonly partition: string
  readonly account: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** Role session name, federated user name, or (user-session) the user's name; `root` for the root user. */
  readonly name: string
  /** kind role: the role; its unique id too, so that a recreated role revives nothing. */
  readonly role?: { readonly name: string; readonly path: string; readonly id: string }
  /** federated-user and user-session: who called; absent when root did. */
  readonly user?: { readonly name: string; readonly path: string; readonly id: string }
  /** Policies inside a layer unite, layers intersect. */
  readonly layers: readonly SessionLayer[]
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly mfaAt?: Date
  /** A role assumed with a role session's credentials. */
  readonly chained: boolean
  /** Its holder narrowed it, or what it was made with: these layers bind it besides its own, and all that is made with it, which does not outlive it. */
  readonly narrowed?: { readonly layers: readonly SessionLayer[] }
  /** The long-term key that it was made with, directly or over other sessions: it works while that one is active. Absent: somebody's proof stood there. */
  readonly issuingKeyId?: string
  /** What it came from: it ends with each of them. */
  readonly ancestors?: readonly Ancestor[]
  /** The federated proof behind it, for condition keys (`ldap:sub` …) and for audit. */
  readonly federation?: {
    readonly provider: string
    readonly connector: string
    readonly subject: string
    readonly username: string
    readonly rule?: string
    /** What the grant and the role let a session last, from its issue: a console opened with it ends by then. */
    readonly maxDurationSeconds?: number
    /** SAML: the condition keys that stay with the session, `saml:sub`, `saml:sub_type`, `saml:namequalifier`. */
    readonly saml?: { readonly sub: string; readonly subType: string; readonly nameQualifier: string }
    /** SAML: SHA-256 of the certificate whose key signed the assertion, 64 hexadecimal digits. */
    readonly certificate?: string
    /** Web identity: what the token was for; the condition keys `HOST/PATH:aud` and `:oaud`. */
    readonly audience?: string
    readonly originalAudience?: string
  }
}
/** A session or key that another session was made with: by what names it can be revoked, when it was issued, in milliseconds, and whose session it was. */
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
