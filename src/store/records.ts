/**
 * What the store keeps, as plain records. A record's key is folded (lower case) where AWS compares names
 * without case; the record keeps the spelling. `managedBy: 'config'` refuses writes from the API.
 */
export type ManagedBy = 'config' | 'api'

interface Entity {
  readonly account: string
  readonly createdAt: string
  readonly managedBy: ManagedBy
}
export interface Tag { readonly Key: string; readonly Value: string }

export interface AccountRecord extends Entity {
  readonly alias?: string
  /** Absent: the settings file's. */
  readonly aliasBy?: 'api'
  readonly partition: string
  /** Whether `GetWebIdentityToken` gives tokens and its keys are published. */
  readonly outboundFederation?: boolean
  /** The account whose principals may call AssumeRoot for this one. */
  readonly rootManagedBy?: string
  /** Regions in which no temporary credentials can be asked for. */
  readonly deactivatedRegions?: readonly string[]
}
/** Name → JSON text, in order of name. */
export type InlinePolicies = Readonly<Record<string, string>>

interface Principalish extends Entity {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly inlinePolicies: InlinePolicies
  /** ARNs of managed policies. */
  readonly attachedPolicies: readonly string[]
}
export interface UserRecord extends Principalish {
  readonly permissionsBoundary?: string
  readonly tags: readonly Tag[]
  /** Folded group names. */
  readonly groups: readonly string[]
}
export type GroupRecord = Principalish
export interface RoleRecord extends Principalish {
  readonly permissionsBoundary?: string
  readonly tags: readonly Tag[]
  readonly description?: string
  readonly trustPolicy: string
  readonly maxSessionDurationSeconds: number
}
export interface PolicyRecord extends Entity {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly description?: string
  readonly tags: readonly Tag[]
  readonly defaultVersion: string
  /** The number of the version that was made last, deleted or not. */
  readonly lastVersion?: number
  readonly versions: readonly { readonly id: string; readonly document: string; readonly createdAt: string }[]
}
export interface AccessKeyRecord extends Entity {
  readonly accessKeyId: string
  /** The account that the key belongs to; `account` of the record is `*`. */
  readonly owner: string
  /** undefined: a key of the account's root. */
  readonly userName?: string
  readonly status: 'Active' | 'Inactive'
  /** Sealed under the key ring. */
  readonly sealedSecret: string
}

/** An OpenID Connect issuer that an account trusts to say who somebody is. */
export interface OidcProviderRecord extends Entity {
  /** The URL without `https://`, with its case: it is the key, and the last part of the ARN. */
  readonly name: string
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates, 40 hexadecimal digits. */
  readonly thumbprints: readonly string[]
  readonly tags: readonly Tag[]
}

export type RevocationScope = 'session' | 'person' | 'username' | 'connector' | 'certificate' | 'rule' | 'role' | 'user' | 'everything'
export interface RevocationRecord extends Entity {
  // `account`: whose sessions end; `*`: of every account.
  readonly scope: RevocationScope
  readonly target: string
  /** Scope `user`: the unique id that the target stands for. */
  readonly userId?: string
  /** Sessions issued then or earlier are over. */
  readonly before: string
  /** From then on nothing that it concerns can live. */
  readonly expiresAt: string
  readonly by: string
}

/** A device of the account that makes one-time codes (RFC 6238). */
export interface MfaDeviceRecord extends Entity {
  readonly name: string
  readonly path: string
  /** The ARN. */
  readonly serialNumber: string
  /** Sealed under the key ring. */
  readonly sealedSeed: string
  readonly tags: readonly Tag[]
  /** Whose it is, once it was enabled. */
  readonly enabled?: {
    /** Folded. */
    readonly userName: string
    readonly at: string
    /** How many steps of 30 seconds its clock is ahead of ours. */
    readonly driftSteps: number
  }
}

/** A SAML identity provider that an account trusts to say who somebody is. */
export interface SamlProviderRecord extends Entity {
  readonly id: string
  readonly name: string
  /** The metadata document, as it was given. */
  readonly metadata: string
  readonly tags: readonly Tag[]
  /** Absent: assertions may come in the clear. */
  readonly encryption?: 'Required' | 'Allowed'
  /** Keys that open assertions, sealed under the key ring. */
  readonly privateKeys: readonly { readonly id: string; readonly sealed: string; readonly createdAt: string }[]
}

/** Kind → record. `account` records have the key `account`; access keys live under account `*`. */
export interface RecordKinds {
  readonly account: AccountRecord
  readonly user: UserRecord
  readonly group: GroupRecord
  readonly role: RoleRecord
  readonly policy: PolicyRecord
  readonly accessKey: AccessKeyRecord
  readonly oidcProvider: OidcProviderRecord
  readonly samlProvider: SamlProviderRecord
  readonly mfaDevice: MfaDeviceRecord
  readonly revocation: RevocationRecord
}
export type RecordKind = keyof RecordKinds
