/**
 * The records of the store, as plain data. A record's key is folded (lower case) where AWS compares
 * names without case; the record keeps the spelling. `managedBy: 'config'` refuses writes from the
 * API.
 */
export type ManagedBy = 'config' | 'api'

/** The fields that all records have. */
export interface Managed {
  readonly account: string
  readonly createdAt: string
  readonly managedBy: ManagedBy
  /**
   * For `managedBy: 'config'`: the settings that name the record, in order; it is removed when none
   * does any more. Absent: created before settings had names.
   */
  readonly settingsNames?: readonly string[] | undefined
}
export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** What an account may do as root of those that it manages (IAM API reference, FeatureType). */
export type RootFeature = 'RootCredentialsManagement' | 'RootSessions'

export interface AccountRecord extends Managed {
  readonly alias?: string | undefined
  /** Absent: the alias is from the settings file. */
  readonly aliasBy?: 'api' | undefined
  readonly partition: string
  /** Whether `GetWebIdentityToken` issues tokens and its keys are published. */
  readonly outboundFederation?: boolean | undefined
  /** The account whose principals may call AssumeRoot for this one. */
  readonly rootManagedBy?: string | undefined
  /** Of the accounts that this one manages: the root tasks that it switched off. */
  readonly disabledRootFeatures?: readonly RootFeature[] | undefined
  /** Regions in which no temporary credentials can be requested. */
  readonly deactivatedRegions?: readonly string[] | undefined
  /** What SetSecurityTokenServicePreferences chose last; absent: 2. */
  readonly globalEndpointTokenVersion?: 1 | 2 | undefined
  /** Absent: the default policy (sessions/password-policy.ts). */
  readonly passwordPolicy?: PasswordPolicyRecord | undefined
}
/** What an account asks of its users' passwords (IAM API reference, PasswordPolicy). */
export interface PasswordPolicyRecord {
  readonly minimumLength: number
  readonly requireSymbols: boolean
  readonly requireNumbers: boolean
  readonly requireUppercase: boolean
  readonly requireLowercase: boolean
  /** Whether every user may change their own password, whatever their policies allow. */
  readonly usersMayChange: boolean
  /** Absent: passwords do not expire. */
  readonly maxAgeDays?: number | undefined
  /** How many passwords, the current one included, may not be used again. */
  readonly reusePrevention?: number | undefined
  /** Whether an expired password can't be changed at sign-in. */
  readonly hardExpiry?: boolean | undefined
}
/** Name → JSON text, in order of name. */
export type InlinePolicies = Readonly<Record<string, string>>

interface Principalish extends Managed {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly inlinePolicies: InlinePolicies
  /** ARNs of managed policies. */
  readonly attachedPolicies: readonly string[]
}
export interface UserRecord extends Principalish {
  readonly permissionsBoundary?: string | undefined
  readonly tags: readonly Tag[]
  /** Memberships of groups (memberships.ts). */
  readonly groups: readonly string[]
}
export interface GroupRecord extends Principalish {
  /** What members have in `groups`; absent: the folded name (memberships.ts). */
  readonly membership?: string | undefined
}
/** Which group has a membership that is not its name; the key is the membership. */
export interface GroupMembershipRecord extends Managed {
  /** The folded name of the group. */
  readonly groupKey: string
}
export interface RoleRecord extends Principalish {
  readonly permissionsBoundary?: string | undefined
  readonly tags: readonly Tag[]
  readonly description?: string | undefined
  readonly trustPolicy: string
  /**
   * Users and roles that the trust policy names, by ARN, with the unique ids that they had when it
   * was saved, so that an entity created later under the same name is not trusted. A principal
   * without an id here is compared by ARN.
   */
  readonly trustedIds?: Readonly<Record<string, string>> | undefined
  readonly maxSessionDurationSeconds: number
  /** The service's principal, for a role that CreateServiceLinkedRole made. */
  readonly serviceLinked?: string | undefined
}
export interface PolicyRecord extends Managed {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly description?: string | undefined
  readonly tags: readonly Tag[]
  readonly defaultVersion: string
  /** The number of the newest version that was ever created, deleted or not. */
  readonly lastVersion?: number | undefined
  readonly versions: readonly {
    readonly id: string
    readonly document: string
    readonly createdAt: string
  }[]
}
export interface AccessKeyRecord extends Managed {
  readonly accessKeyId: string
  /** The account that the key belongs to; `account` of the record is `*`. */
  readonly owner: string
  /** undefined: a key of the account's root user. */
  readonly userName?: string | undefined
  readonly status: 'Active' | 'Inactive'
  /** Sealed under the key ring. */
  readonly sealedSecret: string
}

/**
 * A user's password. The key is the user's unique id: it stays when the user is renamed. That of
 * the account's root has the account as its id, and is from the settings.
 */
export interface LoginProfileRecord extends Managed {
  readonly userId: string
  /** Argon2id, in PHC form. */
  readonly passwordHash: string
  readonly changedAt: string
  /** Whether the user has to choose another at the next sign-in. */
  readonly resetRequired: boolean
  /** Hashes of former passwords, the newest first. */
  readonly formerHashes: readonly string[]
  /** When the user last signed in with a password; absent: not since the user has one. */
  readonly lastUsedAt?: string | undefined
}

/** What a user proves themselves with besides access keys and MFA devices. */
interface Owned extends Managed {
  readonly id: string
  /** The unique id of the user; of the account's root, the account. */
  readonly ownerId: string
  readonly status: 'Active' | 'Inactive'
}
export interface SshPublicKeyRecord extends Owned {
  /** `ssh-rsa …`, without a comment. */
  readonly ssh: string
}
/** An X.509 certificate of a user or of the account's root. */
export interface SigningCertificateRecord extends Owned {
  /** PEM, unchanged. */
  readonly body: string
  /** SHA-256 of the DER form, as node:crypto writes it. */
  readonly fingerprint: string
}
/** A name and a password, made by Gatehouse, for a system that takes such. */
export interface ServiceCredentialRecord extends Owned {
  readonly serviceName: string
  readonly serviceUserName: string
  /** SHA-256 of a password of 256 random bits, base64url. */
  readonly passwordHash: string
  readonly expiresAt?: string | undefined
}
/** The credential report of an account, under the key `report`; `createdAt`: when it was made. */
export interface CredentialReportRecord extends Managed {
  /** CSV. */
  readonly content: string
  /** How many parts the text is kept in; absent: it stands in a record of its own. */
  readonly parts?: number | undefined
}
/** A certificate of a server. Its private key was checked, and is not kept. */
export interface ServerCertificateRecord extends Managed {
  readonly id: string
  readonly name: string
  readonly path: string
  /** PEM, unchanged. */
  readonly body: string
  readonly chain?: string | undefined
  readonly expiresAt: string
  readonly tags: readonly Tag[]
}

/** An OpenID Connect issuer that an account trusts to authenticate people. */
export interface OidcProviderRecord extends Managed {
  /** The URL without `https://`, with its case: it is the key, and the last part of the ARN. */
  readonly name: string
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates, 40 hexadecimal digits. */
  readonly thumbprints: readonly string[]
  readonly tags: readonly Tag[]
}

/** `by` of a revocation, when people end their own sessions. */
export const revokedByPerson = 'the person'
/** `by` of a revocation, when a check found that a connector no longer lets the person in. */
export const revokedByCheck = 'a check of the sign-in'

export type RevocationScope =
  | 'session'
  | 'person'
  | 'username'
  | 'connector'
  | 'certificate'
  | 'rule'
  | 'role'
  | 'user'
  | 'everything'
export interface RevocationRecord extends Managed {
  // `account`: the account whose sessions end; `*`: every account.
  readonly scope: RevocationScope
  readonly target: string
  /** For scope `user`: the unique id of the user that the target names. */
  readonly userId?: string | undefined
  /** Sessions issued at this time or earlier are revoked. */
  readonly before: string
  /** For scope `session`: whatever time it says it was issued at, by another node's clock. */
  readonly whenever?: boolean | undefined
  /** From this time on no session that the revocation applies to can be valid. */
  readonly expiresAt: string
  readonly by: string
}

/** What a registered security key proves its holder with. It holds no secret. */
export interface SecurityKeyRecord {
  /** Base64url. */
  readonly credentialId: string
  /** The COSE key, in base64url. */
  readonly publicKey: string
  /** Signatures that the key has made, as far as it counts them. */
  readonly counter: number
  readonly transports: readonly string[]
  /** The key's model, as it says itself. */
  readonly aaguid: string
  /** Certified levels by scheme: of keys only whose attestation proved their model. */
  readonly certifications?: Readonly<Record<string, string>> | undefined
  readonly lastUsedAt?: string | undefined
}

/** A device of the account that makes one-time codes (RFC 6238), or a security key. */
export interface MfaDeviceRecord extends Managed {
  readonly name: string
  readonly path: string
  /** The ARN; of a hardware device the number that is printed on it. */
  readonly serialNumber: string
  /** Sealed under the key ring; absent: a security key. */
  readonly sealedSeed?: string | undefined
  /** Present: a security key, which is enabled for as long as it is there. */
  readonly securityKey?: SecurityKeyRecord | undefined
  /** How a hardware device makes its codes; absent: the device is virtual. */
  readonly hardware?: { readonly digits: 6 | 8; readonly stepSeconds: 30 | 60 }
  readonly tags: readonly Tag[]
  /** Who enabled the device; absent until then. */
  readonly enabled?: {
    /** Folded; absent: the account's root. */
    readonly userName?: string | undefined
    readonly at: string
    /** How many of its steps its clock is ahead of ours. */
    readonly driftSteps: number
    /** Whether the last code was a step late: a second one is the clock, not slow typing. */
    readonly late?: true | undefined
  }
}

/** What gives a role to virtual machines. */
export interface InstanceProfileRecord extends Managed {
  readonly id: string
  readonly name: string
  readonly path: string
  /** Folded; absent: the profile has no role. */
  readonly roleName?: string | undefined
  readonly tags: readonly Tag[]
}

/** A SAML identity provider that an account trusts to authenticate people. */
export interface SamlProviderRecord extends Managed {
  readonly id: string
  readonly name: string
  /** The metadata document, unchanged. */
  readonly metadata: string
  readonly tags: readonly Tag[]
  /** Absent: assertions may be unencrypted. */
  readonly encryption?: 'Required' | 'Allowed' | undefined
  /** Keys that decrypt assertions, sealed under the key ring. */
  readonly privateKeys: readonly {
    readonly id: string
    readonly sealed: string
    readonly createdAt: string
  }[]
}

/** Kind → record. An `account` record has the key `account`; access keys are of account `*`. */
/** A service of an account that was registered by API. `account` is whose it is. */
export interface ServiceRecord extends Managed {
  readonly prefix: string
  /** JSON, of the form of one entry of `services` in the settings. */
  readonly document: string
  readonly changedAt: string
  /** ARN. */
  readonly changedBy: string
}

/** The last sign-in of a person, of account `*`, so that changed mappings can be tried on it. */
export interface RecentSignInRecord extends Managed {
  /** Id of the connector, or name of the account's own SAML provider. */
  readonly connector: string
  /** When mappings judged the person last, or first on that day. */
  readonly at: string
  /** The identity as text, sealed under the key ring. */
  readonly sealed: string
}

/** A security key of a person of a connector, of account `*`. */
export interface PersonKeyRecord extends Managed {
  readonly connector: string
  readonly subject: string
  /** The person's name when the key was last added or touched: administrators search by it. */
  readonly username: string
  readonly id: string
  /** What the person calls it. */
  readonly name: string
  readonly securityKey: SecurityKeyRecord
}

/** How somebody is signed in: at the portal, in a console, at a terminal, at an app. */
export type OpenSessionKind = 'sign-in' | 'console' | 'terminal' | 'app'

/**
 * Somebody who is signed in, of account `*`, so that administrators see and end it. The key begins
 * with the time, so that keys are in order of it, the newest first.
 */
export interface OpenSessionRecord extends Managed {
  readonly kind: OpenSessionKind
  /** Names the session to whoever uses it; gives no access. */
  readonly id: string
  /** The account that it is of, or `connector NAME` of a sign-in. */
  readonly owner: string
  /** The person's or user's name. */
  readonly person: string
  /** Whose sessions end with all of the person's. */
  readonly whose?:
    | { readonly connector: string; readonly subject: string }
    | { readonly userName: string }
    | undefined
  readonly until: string
  readonly address: string
  readonly program: string
  /** The sign-in that it belongs to; of a sign-in absent. */
  readonly signIn?: string | undefined
  /** Of a console: who acts there, by which access key. */
  readonly console?: { readonly arn: string; readonly accessKeyId: string } | undefined
  /** Id of the app. */
  readonly app?: string | undefined
}

export interface RecordKinds {
  readonly openSession: OpenSessionRecord
  readonly account: AccountRecord
  readonly user: UserRecord
  readonly group: GroupRecord
  readonly groupMembership: GroupMembershipRecord
  readonly role: RoleRecord
  readonly policy: PolicyRecord
  readonly accessKey: AccessKeyRecord
  readonly loginProfile: LoginProfileRecord
  readonly sshPublicKey: SshPublicKeyRecord
  readonly signingCertificate: SigningCertificateRecord
  readonly serviceCredential: ServiceCredentialRecord
  readonly serverCertificate: ServerCertificateRecord
  readonly credentialReport: CredentialReportRecord
  /** Deletions of service-linked roles that are done; the key is the task's id. */
  readonly roleDeletion: Managed
  readonly oidcProvider: OidcProviderRecord
  readonly samlProvider: SamlProviderRecord
  readonly mfaDevice: MfaDeviceRecord
  readonly instanceProfile: InstanceProfileRecord
  readonly revocation: RevocationRecord
  /** Of account `*`, by prefix, since prefixes are unique over all accounts. */
  readonly service: ServiceRecord
  /** Of account `*`, by the hash of connector and subject. */
  readonly recentSignIn: RecentSignInRecord
  /** Of account `*`, by the hash of connector and subject, and the id of the key. */
  readonly personKey: PersonKeyRecord
}
export type RecordKind = keyof RecordKinds
