import type { SessionClaims } from '../credentials/claims.ts'
import { type Membership, organizationKeys } from '../policy/index.ts'
import type { Tag } from '../store/records.ts'
import { webIdentityKeys } from '../web-identity/condition-keys.ts'

/**
 * Condition keys that depend on the caller (IAM user guide, "Global condition context keys"), names
 * in lower case.
 */
export type PrincipalContext = ReadonlyMap<string, readonly string[]>

export interface PrincipalFacts {
  readonly arn: string
  readonly account: string
  readonly type: 'Account' | 'User' | 'AssumedRole' | 'FederatedUser'
  readonly userId: string
  /** For users, also with their session tokens. */
  readonly username?: string | undefined
  /** Tags of the user or role; a session tag with the same key replaces one. */
  readonly tags: readonly Tag[]
  /** Absent for long-term credentials, which have none of a session's keys. */
  readonly claims?: SessionClaims | undefined
  /** Of the account, in the organization of the settings. */
  readonly member?: Membership | undefined
  readonly now: Date
}

export function principalContext({
  arn,
  account,
  type,
  userId,
  username,
  tags,
  claims,
  member,
  now,
}: PrincipalFacts): PrincipalContext {
  const context = new Map<string, readonly string[]>()
  const set = (key: string, value: string) => context.set(key, [value])
  set('aws:principalarn', arn)
  set('aws:principalaccount', account)
  set('aws:principaltype', type)
  set('aws:principalisawsservice', 'false')
  set('aws:userid', userId)
  if (username !== undefined) set('aws:username', username)
  for (const [key, values] of organizationKeys('principal', member)) context.set(key, values)
  for (const { Key, Value } of tags) set(`aws:principaltag/${Key.toLowerCase()}`, Value)
  if (!claims) return context
  for (const { Key, Value } of claims.tags) set(`aws:principaltag/${Key.toLowerCase()}`, Value)
  if (claims.kind === 'root-session') set('aws:assumedroot', 'true')
  set('aws:tokenissuetime', claims.issuedAt.toISOString())
  set('aws:multifactorauthpresent', String(claims.mfaAt !== undefined))
  if (claims.mfaAt)
    set(
      'aws:multifactorauthage',
      String(Math.max(0, Math.floor((now.getTime() - claims.mfaAt.getTime()) / 1000))),
    )
  if (claims.sourceIdentity !== undefined) set('aws:sourceidentity', claims.sourceIdentity)
  const { federation } = claims
  if (!federation) return context
  set('aws:federatedprovider', federation.provider)
  if (federation.saml) {
    const { sub, subType, nameQualifier } = federation.saml
    set('saml:sub', sub)
    set('saml:sub_type', subType)
    set('saml:namequalifier', nameQualifier)
  }
  const { connector: provider, subject, audience, originalAudience } = federation
  // For a folder of each person: `${accounts.google.com:sub}` in the role's policies (IAM user
  // guide, "OIDC federation keys").
  if (audience !== undefined)
    for (const [key, value] of webIdentityKeys({ provider, subject, audience, originalAudience }))
      set(key, value)
  if (federation.oidc) for (const [key, value] of webIdentityKeys(federation.oidc)) set(key, value)
  return context
}
