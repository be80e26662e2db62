import { nameQualifier, subjectOf, subjectType } from '../connectors/saml/condition-keys.ts'
import type { SessionClaims, SessionLayer } from '../credentials/claims.ts'
import { iamArn, parseArn } from '../kernel/arn.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Identity, mfaAt } from '../kernel/identity.ts'
import { assumeAction } from '../kernel/protocol.ts'
import type { Grant } from '../mapping/grant.ts'
import type { Decision } from '../policy/index.ts'
import type { RoleRecord, Tag } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Upstream, Upstreams } from '../upstream/upstream.ts'
import { principalsOf } from '../web-identity/shared-issuers.ts'
import { decideByNames, type RequestedSession, trustQuestion } from './federated-trust.ts'
import { identityContext } from './identity-context.ts'
import type { Issuer } from './issue.ts'
import type { CurrentOrganization } from './organization-layers.ts'
import { provedAt } from './proved-at.ts'
import type { RequestOrigin } from './request-facts.ts'
import type { Issued } from './role-issue.ts'
import { findRole, parseRoleArn } from './role-trust.ts'
import { defaultSessionSeconds, refuseDuration } from './session-duration.ts'

/** A grant that the mapping proposed and the role's trust policy allows. */
export interface PermittedGrant {
  readonly grant: Grant
  readonly account: string
  /** The account's alias, if it has one. */
  readonly accountName?: string | undefined
  readonly roleName: string
  /** The role's own. */
  readonly description?: string | undefined
  readonly maxDurationSeconds: number
  /** The STS behind the account, whose credentials the role gives. */
  readonly upstream?: Pick<Upstream, 'type' | 'region' | 'endpoint'> | undefined
}
export interface IdentityAssumption {
  readonly identity: Identity
  readonly grant: Grant
  readonly durationSeconds?: number | undefined
  /** The request's own session policies. */
  readonly layer?: SessionLayer | undefined
  readonly from: RequestOrigin
}
export interface AssumedIdentity extends Issued {
  readonly decision: Decision
  readonly roleArn: string
}

/**
 * The second check after the mapping: whatever a mapping proposes, the role's trust policy decides
 * (docs: security model).
 */
export interface Federation {
  /** The grants that this request may take now, in their order. */
  permitted(
    identity: Identity,
    grants: readonly Grant[],
    from: RequestOrigin,
  ): Promise<readonly PermittedGrant[]>
  /**
   * Throws AwsFault AccessDenied (the same for a missing and an untrusting role), ValidationError
   * (duration), and what the issuer throws.
   */
  assumeWithIdentity(input: IdentityAssumption): Promise<AssumedIdentity>
}

export interface FederationPorts {
  readonly store: Pick<Store, 'reads'>
  readonly issuer: Pick<Issuer, 'issueRole'>
  readonly clock: Clock
  readonly upstreams: Upstreams
  /** Absent: no organization. */
  readonly organization?: CurrentOrganization
  /** The accounts that each connector serves. */
  readonly connectors: () => readonly {
    readonly id: string
    readonly accounts: readonly string[]
  }[]
}

export function createFederation(ports: FederationPorts): Federation {
  return {
    async permitted(identity, grants, from) {
      const found = await Promise.all(
        grants.map((grant) => findPermitted(ports, { identity, grant, from })),
      )
      return found.filter((one) => one !== undefined)
    },
    assumeWithIdentity: (input) => assumeWithIdentity(ports, input),
  }
}

type Request = Pick<IdentityAssumption, 'identity' | 'grant' | 'from'>

async function findPermitted(
  ports: FederationPorts,
  request: Request,
): Promise<PermittedGrant | undefined> {
  const { identity, grant } = request
  const found = await findServedRole(ports, identity, grant)
  if (!found || decideGrant(ports, request, found).effect !== 'allow') return undefined
  const { role, alias } = found
  return {
    grant,
    account: role.account,
    accountName: alias,
    roleName: role.name,
    description: role.description,
    maxDurationSeconds: longest(grant, role),
    upstream: ports.upstreams.of(role.account),
  }
}

async function assumeWithIdentity(
  ports: FederationPorts,
  request: IdentityAssumption,
): Promise<AssumedIdentity> {
  const { identity, grant, layer } = request
  const found = await findServedRole(ports, identity, grant)
  const decision = found && decideGrant(ports, request, found)
  if (!found || decision?.effect !== 'allow')
    throw commonFault(
      'AccessDenied',
      `Not authorized to perform ${assumeAction(identity.protocol)}`,
    )
  const { role, partition } = found
  const most = longest(grant, role)
  const seconds = request.durationSeconds ?? Math.min(defaultSessionSeconds, most)
  refuseDuration(seconds, { longestSeconds: most })
  const mapped = grant.sessionPolicy
  const issued = await ports.issuer.issueRole({
    partition,
    role,
    sessionName: grant.sessionName,
    durationSeconds: withinSignIn(seconds, identity, ports.clock.now()),
    chained: false,
    layers: [
      ...(mapped === undefined ? [] : [{ inline: [mapped], arns: [] }]),
      ...(layer ? [layer] : []),
    ],
    tags: tagsOf(grant),
    transitiveTagKeys: grant.transitiveTagKeys,
    sourceIdentity: grant.sourceIdentity,
    federation: proofOf(request, found, ports.clock.now()),
    mfaAt: mfaAt(identity),
  })
  return { ...issued, decision, roleArn: grant.roleArn }
}

/** A role in an account that is served by the provider that authenticated the person. */
interface ServedRole {
  readonly role: RoleRecord
  /** The partition of the role's account; `alias` is of the same account. */
  readonly partition: string
  readonly alias: string | undefined
}

async function findServedRole(
  { store, connectors }: FederationPorts,
  identity: Identity,
  { roleArn, provider }: Grant,
): Promise<ServedRole | undefined> {
  const named = parseRoleArn(roleArn)
  if (!named) return undefined
  // A provider is valid in its own account only.
  const vouched =
    provider === undefined
      ? connectors().some(
          ({ id, accounts }) => id === identity.connector && accounts.includes(named.account),
        )
      : parseArn(provider)?.account === named.account
  if (!vouched || !(await listsClient(store, named.account, identity))) return undefined
  const account = await store.reads.find('account', named.account, 'account')
  const role = await findRole(store.reads, named)
  return account && role && { role, partition: account.partition, alias: account.alias }
}

/**
 * Whether the account has the OpenID Connect provider that the person's ID token came from, with
 * the token's audience among its client ids: the lock that AssumeRoleWithWebIdentity has too. True
 * for identities of other protocols.
 */
async function listsClient(
  { reads }: FederationPorts['store'],
  account: string,
  { oidc }: Identity,
): Promise<boolean> {
  if (!oidc) return true
  const entity = await reads.find('oidcProvider', account, oidc.provider)
  return entity?.clientIds.includes(oidc.audience) === true
}

/** Decides by the role's trust policy whether this request may take the grant. */
function decideGrant(ports: FederationPorts, request: Request, found: ServedRole): Decision {
  const { clock, organization } = ports
  const { identity, grant, from } = request
  const { role } = found
  const provider = providerOf(request, found)
  const { sourceAddress, userAgent, secure, region } = from
  const { roleArn, sessionName, transitiveTagKeys, sourceIdentity } = grant
  const session: RequestedSession = {
    action: assumeAction(identity.protocol),
    roleArn,
    role,
    provider,
    sessionName,
    tags: tagsOf(grant),
    transitiveTagKeys,
    sourceIdentity,
    facts: { now: clock.now(), sourceAddress, userAgent, secure, region },
    organization: organization?.(),
  }
  const keys = identityContext(identity, provider, { account: role.account, now: clock.now() })
  const names = identity.oidc ? principalsOf(identity.oidc.provider, provider) : [provider]
  return decideByNames(session, names, trustQuestion(session, keys)).decision
}

/**
 * Returns `seconds`, or the whole seconds that the session at the identity provider has left, if
 * they are fewer. Throws ExpiredTokenException when none are left.
 */
function withinSignIn(seconds: number, { endsAt }: Identity, now: Date): number {
  if (endsAt === undefined) return seconds
  const left = Math.floor((endsAt.getTime() - now.getTime()) / 1000)
  if (left <= 0)
    throw new AwsFault('ExpiredTokenException', 'The session at the identity provider has ended.')
  return Math.min(seconds, left)
}

function tagsOf({ tags }: Grant): readonly Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}

function longest({ maxDurationSeconds }: Grant, { maxSessionDurationSeconds }: RoleRecord): number {
  return Math.min(maxDurationSeconds ?? maxSessionDurationSeconds, maxSessionDurationSeconds)
}

/**
 * Returns the provider's ARN: the one that the grant names, else that of the connector in the
 * role's account, `arn:aws:iam::ACCOUNT:ldap-provider/NAME`; for OIDC that of the account's
 * provider, `arn:aws:iam::ACCOUNT:oidc-provider/HOST`.
 */
function providerOf(
  { identity: { protocol, connector, oidc }, grant }: Request,
  { role, partition }: ServedRole,
): string {
  return (
    grant.provider ??
    iamArn(
      { partition, account: role.account },
      `${protocol}-provider`,
      oidc?.provider ?? connector,
    )
  )
}

function proofOf(
  request: Request,
  found: ServedRole,
  now: Date,
): NonNullable<SessionClaims['federation']> {
  const { identity, grant } = request
  const { role } = found
  const provider = providerOf(request, found)
  const { connector, account, subject, username, saml, oidc } = identity
  const proved = provedAt(identity)
  const name = provider.slice(provider.indexOf('/') + 1)
  return {
    provider,
    connector,
    ...(account !== undefined && { account }),
    subject,
    username,
    ...(proved < now && { provedAt: proved.getTime() }),
    rule: grant.rule,
    maxDurationSeconds: longest(grant, role),
    ...(saml && {
      saml: {
        sub: subjectOf(saml, identity).nameId,
        subType: subjectType(subjectOf(saml, identity).format),
        nameQualifier: nameQualifier(saml.issuer, role.account, name),
      },
    }),
    ...(oidc && {
      oidc: { provider: oidc.provider, subject: oidc.subject, audience: oidc.audience },
    }),
    ...(saml?.certificate !== undefined && { certificate: saml.certificate }),
  }
}
