import type { Identity } from '../kernel/identity.ts'
import type { Grant } from '../mapping/grant.ts'
import type { Decision } from '../policy/question.ts'
import type { Credentials, SessionClaims } from '../credentials/claims.ts'

/** A grant that both locks let through: the mapping proposed it, the role's trust policy allows it. */
export interface PermittedGrant {
  readonly grant: Grant
  readonly account: string
  /** The account's alias, where it has one. */
  readonly accountName?: string
  readonly roleName: string
  readonly maxDurationSeconds: number
}

export interface IdentityAssumption {
  readonly identity: Identity
  readonly grant: Grant
  readonly durationSeconds?: number
  readonly policy?: string
  readonly policyArns?: readonly string[]
}

export interface AssumedIdentity {
  readonly credentials: Credentials
  readonly claims: SessionClaims
  readonly packedPolicySize: number
  readonly decision: Decision
  readonly roleArn: string
}

/** What sign-in needs of sessions/federate.ts. */
export interface FederationPort {
  permitted(identity: Identity, grants: readonly Grant[]): Promise<readonly PermittedGrant[]>
  /** Throws AwsFault: AccessDenied when the trust policy refuses, ValidationError for a duration out of range. */
  assumeWithIdentity(input: IdentityAssumption): Promise<AssumedIdentity>
}
