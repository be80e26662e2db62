import { iamArn } from '../../kernel/arn.ts'
import { AwsFault, commonFault } from '../../kernel/aws-fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AssumeWithWebIdentity, Note } from '../../sessions/assumption.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { givenBy } from '../../sessions/issue-upstream.ts'
import type { CurrentOrganization } from '../../sessions/organization-layers.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import { findRole, parseRoleArn, type RoleName } from '../../sessions/role-trust.ts'
import { defaultSessionSeconds, refuseDuration } from '../../sessions/session-duration.ts'
import { sessionTags } from '../../sessions/session-tags.ts'
import { webIdentityAction, webIdentityTrust } from '../../sessions/web-identity.ts'
import type { RoleRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { WebIdentity } from '../../web-identity/identity.ts'
import type { ProveToken } from '../../web-identity/prove-token.ts'
import { WebIdentityFault } from '../../web-identity/web-identity-fault.ts'

type Request = Parameters<AssumeWithWebIdentity>[0]

export interface Ports {
  readonly store: Pick<Store, 'reads'>
  readonly proveToken: ProveToken
  readonly issuer: Pick<Issuer, 'issueRole'>
  readonly revocations: Pick<Revocations, 'endsProof'>
  readonly clock: Clock
  /** Absent: no organization. */
  readonly organization?: CurrentOrganization
}

/**
 * AssumeRoleWithWebIdentity: a token authenticates the person, and the role's trust policy alone
 * decides. A missing role and one that does not trust the person get the same answer; an invalid
 * token is explained to its holder.
 */
export function createAssume(ports: Ports): AssumeWithWebIdentity {
  return async (request, note) => {
    const { roleArn, sessionName, layer, durationSeconds = defaultSessionSeconds } = request
    const named = parseRoleArn(roleArn)
    if (!named) throw commonFault('ValidationError', `${roleArn} is invalid`)
    const identity = await prove(ports, named, request.token, note)
    const { subject, audience, originalAudience, sourceIdentity } = identity
    note({
      connector: identity.provider,
      identity: { subject, username: subject },
      session: sessionName,
    })
    await refuseRevoked(ports, named, identity)
    const tags = sessionTags({ Tags: identity.tags, TransitiveTagKeys: identity.transitiveTagKeys })
    const { role, partition, providerArn, provider } = await getTrusting(
      ports,
      { ...request, named, identity },
      note,
    )
    refuseDuration(durationSeconds, { longestSeconds: role.maxSessionDurationSeconds })
    const issued = await ports.issuer.issueRole({
      partition,
      role,
      sessionName,
      durationSeconds,
      layers: layer ? [layer] : [],
      ...tags,
      chained: false,
      sourceIdentity,
      federation: {
        provider: providerArn,
        connector: identity.provider,
        subject,
        username: subject,
        provedAt: identity.issuedAt.getTime(),
        audience,
        originalAudience,
      },
    })
    note(givenBy(issued))
    return { ...issued, subject, audience, provider }
  }
}

/**
 * Returns the identity, or throws the fault in STS's terms; notes what only the operator may read.
 */
async function prove(
  { store, proveToken }: Ports,
  { account }: RoleName,
  token: string,
  note: Note,
): Promise<WebIdentity> {
  try {
    return await proveToken(token, (name) => store.reads.find('oidcProvider', account, name))
  } catch (error) {
    if (!(error instanceof WebIdentityFault)) throw error
    if (error.detail !== undefined) note({ detail: error.detail })
    throw new AwsFault(error.code, error.message)
  }
}

async function refuseRevoked(
  { revocations }: Ports,
  { account }: RoleName,
  { provider: connector, subject, issuedAt }: WebIdentity,
): Promise<void> {
  const identity = { connector, subject, username: subject }
  if (await revocations.endsProof({ identity, issuedAt }, [account]))
    throw new AwsFault(
      'ExpiredTokenException',
      'Token expired: sessions of this identity have been revoked since it was issued.',
    )
}

interface TrustingRole {
  readonly role: RoleRecord
  readonly partition: string
  /** The provider's ARN, in the role's account. */
  readonly providerArn: string
  /** The provider in the trust policy's words. */
  readonly provider: string
}

/** The role, if its trust policy lets this identity assume it. Throws AccessDenied. */
async function getTrusting(
  { store, clock, organization }: Ports,
  {
    named,
    identity,
    roleArn,
    sessionName,
    from,
  }: Pick<Request, 'roleArn' | 'sessionName' | 'from'> & {
    readonly named: RoleName
    readonly identity: WebIdentity
  },
  note: Note,
): Promise<TrustingRole> {
  const account = await store.reads.find('account', named.account, 'account')
  const role = await findRole(store.reads, named)
  const denied = () => commonFault('AccessDenied', `Not authorized to perform ${webIdentityAction}`)
  if (!account || !role) throw denied()
  const { partition } = account
  const providerArn = iamArn(
    { partition, account: named.account },
    'oidc-provider',
    identity.provider,
  )
  const { sourceAddress, userAgent, secure, region } = from
  const { decision, lacking, provider } = webIdentityTrust({
    identity,
    providerArn,
    roleArn,
    role,
    sessionName,
    facts: { now: clock.now(), sourceAddress, userAgent, secure, region },
    organization: organization?.(),
  })
  note({ role: role.name, decision })
  if (lacking !== undefined)
    note({ detail: `the trust policy trusts a shared issuer without a condition on ${lacking}` })
  if (decision.effect !== 'allow' || lacking !== undefined) throw denied()
  return { role, partition, providerArn, provider }
}
