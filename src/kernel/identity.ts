import type { PasswordEnd } from './password-end.ts'
import type { Protocol } from './protocol.ts'

/** What a connector proved about a person. Immutable: a later check makes another one. */
export interface Identity {
  /** The connector's id in the configuration. */
  readonly connector: string
  /**
   * The account whose own SAML provider proved the person, which then has its name in `connector`:
   * it speaks for nobody in other accounts. Absent: a connector proved the person.
   */
  readonly account?: string | undefined
  readonly protocol: Protocol
  /**
   * Stable for the person's life in that directory (entryUUID, objectGUID). Never an e-mail
   * address.
   */
  readonly subject: string
  /** The name in the directory's spelling, not as the person typed it. */
  readonly username: string
  readonly displayName: string
  /** Attribute names in the case in which they are configured. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly groups: readonly string[]
  readonly authenticatedAt: Date
  /**
   * When the identity provider issued the assertion or token that proved the person; absent: at
   * `authenticatedAt`. Revoking sessions up to that time ends those made from this identity.
   */
  readonly provedAt?: Date | undefined
  /** Names the sign-in, at random; absent: the person was proved for one request. */
  readonly signIn?: string | undefined
  readonly strength: Strength
  /**
   * Present: the person touched a security key of theirs here, which `strength` counts. Looked up
   * at each use, and kept in no text.
   */
  readonly touch?: Touch | undefined
  /**
   * When the session at the identity provider ends: no session made from this identity lasts
   * longer.
   */
  readonly endsAt?: Date | undefined
  /**
   * Under what the sign-in's checks are kept, where its connector looks people up again. Absent:
   * the identity stays as it was proved.
   */
  readonly recheckKey?: string | undefined
  /** For the person to read, at the sign-in; mappings do not see it. */
  readonly passwordEnd?: PasswordEnd | undefined
  /** SAML: the assertion's subject, for condition keys and for single logout. */
  readonly saml?: {
    readonly issuer: string
    /** The address of this service provider that the assertion was made for. */
    readonly recipient: string
    /** Absent: the assertion had no NameID, and an attribute named the person. */
    readonly nameId?: string | undefined
    readonly format?: string | undefined
    readonly nameQualifier?: string | undefined
    readonly spNameQualifier?: string | undefined
    readonly sessionIndex?: string | undefined
    /**
     * SHA-256 fingerprint (64 hexadecimal digits) of the certificate that verified the assertion,
     * so that sessions made through it can be revoked.
     */
    readonly certificate?: string | undefined
  }
  /** OIDC: what the ID token stated, for trust policies and for sign-out. */
  readonly oidc?: {
    /** The provider's name in ARNs and condition keys: its issuer without `https://`. */
    readonly provider: string
    /** The client id. */
    readonly audience: string
    /** `sub`, also where another claim is the subject. */
    readonly subject: string
    /** `amr`. */
    readonly methods: readonly string[]
    /** `acr`. */
    readonly context?: string | undefined
    /** `auth_time`, in seconds since 1970: it may not change while the person is signed in. */
    readonly authTime?: number | undefined
    /** `sid`: the session at the provider. */
    readonly sessionId?: string | undefined
  }
}

/**
 * The longest subject and user name of a person: by them sessions are revoked, so nobody signs in
 * with a longer one.
 */
export const longestName = 512

export interface Touch {
  readonly at: Date
  /** What the connector alone proved. */
  readonly without: Strength
}

/** The person once they touched a key of theirs: with what is proved already, two factors. */
export function withTouch(identity: Identity, at: Date): Identity {
  const { strength: without } = withoutTouch(identity)
  return { ...identity, strength: 'hardware', touch: { at, without } }
}

/** The person as the connector proved them. */
export function withoutTouch(identity: Identity): Identity {
  const { touch, ...proved } = identity
  return touch ? { ...proved, strength: touch.without } : identity
}

/** When a second factor was proved, the last time; undefined: none was. */
export function mfaAt({ strength, touch, authenticatedAt }: Identity): Date | undefined {
  if (touch) return touch.at
  return strength === 'password' ? undefined : authenticatedAt
}

export type Strength = 'password' | 'multi-factor' | 'hardware'
