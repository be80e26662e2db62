import type { SessionClaims } from '../credentials/claims.ts'
import type { SigningSecret } from '../credentials/sigv4.ts'
import type { Layers, Organization } from '../policy/index.ts'
import type { Principal } from '../policy/question.ts'

/**
 * Everything that a decision needs to know about the caller. Made from the store's records at each
 * use, never stored in a token.
 */
export interface Caller {
  readonly principal: Principal
  readonly partition: string
  readonly account: string
  /** GetCallerIdentity's UserId: AIDA…, AROA…:session, 111122223333:name, or the account. */
  readonly userId: string
  /** `console`: a console session, without a signature. */
  readonly credentials: 'long-term' | 'temporary' | 'console'
  readonly accessKeyId: string
  readonly claims?: SessionClaims | undefined
  readonly layers: Layers
  /** In force when the caller was found; each question adds what it means for its resource. */
  readonly organization?: Organization | undefined
  /** Condition keys of the principal, in lower case. */
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

/** What SigV4 needs for verifying; `caller` is resolved after the signature was verified. */
export interface Claimant {
  readonly secret: SigningSecret
  caller(): Promise<Caller>
}

export interface Callers {
  /**
   * Throws AwsFault InvalidClientTokenId (unknown, inactive, altered, of another ring) or
   * ExpiredToken.
   */
  claimant(accessKeyId: string, sessionToken: string | undefined): Promise<Claimant>
  /** For console sessions and sign-in tokens. Throws as above when the role or user was deleted. */
  ofClaims(claims: SessionClaims, credentials: 'temporary' | 'console'): Promise<Caller>
}
