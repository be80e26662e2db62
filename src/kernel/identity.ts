/** What a connector proved about a person. Immutable; nothing downstream asks the directory again. */
export interface Identity {
  /** The connector's id in the configuration. */
  readonly connector: string
  readonly protocol: Protocol
  /** Stable for the person's life in that directory: entryUUID, objectGUID. Never an e-mail. */
  readonly subject: string
  /** The name that the directory itself writes, not the spelling that the person typed. */
  readonly username: string
  readonly displayName: string
  /** Attribute names as configured, in their given case. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly groups: readonly string[]
  readonly authenticatedAt: Date
  readonly strength: Strength
  /** Nothing that comes of this proof lasts longer: the session at the identity provider ends. */
  readonly endsAt?: Date
  /** SAML: what the assertion says of its subject, for condition keys and for signing out. */
  readonly saml?: {
    readonly issuer: string
    /** The address of ours that it was made for. */
    readonly recipient: string
    readonly nameId: string
    readonly format: string
    readonly nameQualifier?: string
    readonly spNameQualifier?: string
    readonly sessionIndex?: string
    /** SHA-256 of the certificate whose key signed the assertion, 64 hexadecimal digits: what came through it can be ended. */
    readonly certificate?: string
  }
}

export type Protocol = 'file' | 'ldap' | 'saml' | 'oidc'
export type Strength = 'password' | 'multi-factor' | 'hardware'
