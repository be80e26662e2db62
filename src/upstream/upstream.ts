import type { UpstreamSettings } from './settings.ts'

/** Who takes a role, in words that the taker can't choose: for the subject of the signed token. */
export interface Taker {
  /** A provider (`ldap-provider/corp`), or an account with `role` or `user` and the path. */
  readonly from: string
  /** The subject that the provider proved, or the name of the role or user. */
  readonly name: string
}

/** A session of a role that is asked of an upstream. */
export interface UpstreamRequest {
  readonly roleArn: string
  readonly roleName: string
  readonly sessionName: string
  readonly durationSeconds: number
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
  /** The session policy: JSON. */
  readonly policy?: string | undefined
  readonly policyArns: readonly string[]
  readonly taker: Taker
}

export interface UpstreamCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

export interface UpstreamSession {
  readonly credentials: UpstreamCredentials
  /** Percent of what a session may carry, where the upstream says so. */
  readonly packedPolicySize: number | undefined
  /** The upstream's id of the call. */
  readonly requestId: string | undefined
}

/** An inline policy for a role of the account. */
export interface RolePolicy {
  readonly roleArn: string
  readonly roleName: string
  readonly policyName: string
  /** JSON. */
  readonly document: string
}

/** A page of the account's roles. */
export interface RolesAsked {
  /** `details`: trust and tags; `list`: duration and description. */
  readonly kind: 'details' | 'list'
  readonly marker?: string | undefined
  /** ARN of the role to ask with; absent: Gatehouse's own credentials. */
  readonly role?: string | undefined
}
export interface RolesPage {
  /** As AWS tells them. */
  readonly roles: readonly unknown[]
  /** Absent: it is the last page. */
  readonly marker?: string | undefined
}

/** Where a console sign-in leads, and where its time-out page leads back to. */
export interface ConsoleVisit {
  readonly destination: string | undefined
  readonly issuer: string
}

/** The STS behind one account. */
export interface Upstream {
  readonly type: UpstreamSettings['type']
  readonly region: string
  /** Where tools find it, for an upstream that is not AWS. */
  readonly endpoint: string | undefined
  /** The endpoint that signs in to its console; undefined where there is none. */
  readonly federationEndpoint: string | undefined
  /** Throws UpstreamFault. Keeps nothing of the credentials. */
  assume(request: UpstreamRequest): Promise<UpstreamSession>
  /**
   * The address that opens the console with credentials, good for 15 minutes. Throws UpstreamFault;
   * `unsupported` where there is no console.
   */
  consoleAddress(credentials: UpstreamCredentials, visit: ConsoleVisit): Promise<string>
  /**
   * Puts an inline policy on a role, or changes it, and returns the call's id. Throws
   * UpstreamFault. undefined: the settings do not let Gatehouse.
   */
  readonly putRolePolicy?:
    | ((policy: RolePolicy) => Promise<{ readonly requestId: string | undefined }>)
    | undefined
  /** Reads roles of the account. Throws UpstreamFault. undefined: it is not AWS. */
  readonly rolesPage?: ((asked: RolesAsked) => Promise<RolesPage>) | undefined
}

/** The upstreams of the settings, by account; they follow a reload. */
export interface Upstreams {
  of(account: string): Upstream | undefined
}
