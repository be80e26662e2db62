import type { Credentials, SessionClaims } from '../credentials/claims.ts'
import type { RoleRecord } from '../store/records.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Caller } from './caller.ts'

export interface Issued {
  readonly credentials: Credentials
  readonly claims: SessionClaims
  /** Percent of the space for policies and tags in a token. */
  readonly packedPolicySize: number
  /** Present where the credentials are those of the STS behind the role's account. */
  readonly upstream?: OfUpstream | undefined
}
export interface OfUpstream
  extends Pick<Upstream, 'type' | 'region' | 'endpoint' | 'federationEndpoint'> {
  /** Its id of the call. */
  readonly requestId: string | undefined
}
export type Narrowing = Pick<SessionClaims, 'layers' | 'tags'> & {
  readonly durationSeconds: number
}
/**
 * The credentials with which a session is made. The session works as long as the long-term key at
 * the start of the chain is active. If a holder narrowed them with more layers, the same layers
 * limit the session, and it ends with them at the latest.
 */
export interface MadeWith {
  readonly from?: Pick<Caller, 'accessKeyId' | 'credentials' | 'claims' | 'principal'> | undefined
}

export interface RoleIssue
  extends Narrowing,
    MadeWith,
    Pick<SessionClaims, 'partition' | 'transitiveTagKeys' | 'chained'> {
  readonly role: RoleRecord
  readonly sessionName: string
  readonly ancestors?: SessionClaims['ancestors'] | undefined
  readonly sourceIdentity?: string | undefined
  readonly federation?: SessionClaims['federation'] | undefined
  readonly mfaAt?: Date | undefined
}
