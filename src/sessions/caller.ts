import type { Layers } from '../policy/index.ts'
import type { Principal } from '../policy/question.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { SigningSecret } from '../credentials/sigv4.ts'

/** Everything that a decision needs to know of who calls. Made anew from the store's records at each use: never frozen in a token. */
export interface Caller {
  readonly principal: Principal
  readonly partition: string
  readonly account: string
  /** GetCallerIdentity's UserId: AIDA…, AROA…:session, 111122223333:name, or the account. */
  readonly userId: string
  /** `console`: entered by a console session, after no signature. */
  readonly credentials: 'long-term' | 'temporary' | 'console'
  readonly accessKeyId: string
  readonly claims?: SessionClaims
  readonly layers: Layers
  /** Principal-bound condition keys, lower case. */
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

/** What SigV4 needs before it can verify; `caller` is resolved after the signature holds. */
export interface Claimant {
  readonly secret: SigningSecret
  caller(): Promise<Caller>
}

export interface Callers {
  /** Throws AwsFault InvalidClientTokenId (unknown, inactive, tampered, other ring) or ExpiredToken. */
  claimant(accessKeyId: string, sessionToken: string | undefined): Promise<Claimant>
  /** For console sessions and sign-in tokens. Throws as above when the role or user is gone. */
  ofClaims(claims: SessionClaims, credentials: 'temporary' | 'console'): Promise<Caller>
}
