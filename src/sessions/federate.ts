import { nameQualifier, subjectType } from '../connectors/saml/condition-keys.ts'
import { iamArn, parseArn } from '../kernel/arn.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { Decision } from '../policy/index.ts'
import type { RoleRecord, Tag } from '../store/records.ts'
import type { Grant } from '../mapping/grant.ts'
import type { Store } from '../store/store.ts'
import { type AskedSession, decideTrust, trustQuestion } from './federated-trust.ts'
import { identityContext } from './identity-context.ts'
import type { Issued, Issuer } from './issue.ts'
import type { RequestOrigin } from './request-facts.ts'
import { findRole, parseRoleArn } from './role-trust.ts'

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
  readonly from: RequestOrigin
}
export interface AssumedIdentity extends Issued {
  readonly decision: Decision
  readonly roleArn: string
}

/** The second lock: whatever a mapping proposes, the role's trust policy decides (docs: security model). */
export interface Federation {
  /** Those of `grants` that can be taken now and by this request, in their order. */
  permitted(identity: Identity, grants: readonly Grant[], from: RequestOrigin): Promise<readonly PermittedGrant[]>
  /** Throws AwsFault AccessDenied (no such role, not trusted: one answer), ValidationError (duration), and what the issuer throws. */
  assumeWithIdentity(input: IdentityAssumption): Promise<AssumedIdentity>
}

export interface FederationPorts {
  readonly store: Pick<Store, 'reads'>
  readonly issuer: Pick<Issuer, 'issueRole'>
  readonly clock: Clock
  /** Which accounts a connector serves. */
  readonly connectors: () => readonly { readonly id: string; readonly accounts: readonly string[] }[]
}

/** The action that a role's trust policy has to allow (docs: security model). */
export function assumeAction(protocol: Identity['protocol']): string {
  return protocol === 'saml' ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithLDAPIdentity'
}

const defaultDurationSeconds = 3600
const shortestSeconds = 900

export function openFederation({ store, issuer, clock, connectors }: FederationPorts): Federation {
  /** The role and its account's partition, where the connector serves that account. */
  async function roleOf({ connector }: Identity, { roleArn, provider }: Grant): Promise<{ role: RoleRecord; partition: string; alias?: string } | undefined> {
    const named = parseRoleArn(roleArn)
    if (!named) return undefined
    // A provider vouches in its own account only.
    const vouched = provider === undefined ? connectors().some(({ id, accounts }) => id === connector && accounts.includes(named.account)) : parseArn(provider)?.account === named.account
    if (!vouched) return undefined
    const account = await store.reads.find('account', named.account, 'account')
    const role = await findRole(store.reads, named)
    if (!account || !role) return undefined
    return { role, partition: account.partition, ...(account.alias !== undefined && { alias: account.alias }) }
  }

  function trusted(identity: Identity, grant: Grant, role: RoleRecord, partition: string, from: RequestOrigin): Decision {
    const provider = grant.provider ?? providerArn(partition, role.account, identity)
    const { sourceAddress, userAgent, secure, region } = from
    const { roleArn, sessionName, transitiveTagKeys, sourceIdentity } = grant
    const session: AskedSession = {
      action: assumeAction(identity.protocol), roleArn, role, provider, sessionName, tags: tagsOf(grant), transitiveTagKeys, sourceIdentity,
      facts: { now: clock.now(), sourceAddress, userAgent, secure, region },
    }
    return decideTrust(session, provider, trustQuestion(session, identityContext(identity, provider, role.account)))
  }

  return {
    async permitted(identity, grants, from) {
      const found = await Promise.all(grants.map(async (grant) => {
        const at = await roleOf(identity, grant)
        if (!at || trusted(identity, grant, at.role, at.partition, from).effect !== 'allow') return []
        const { role: { account, name }, alias } = at
        return [{ grant, account, ...(alias !== undefined && { accountName: alias }), roleName: name, maxDurationSeconds: longest(grant, at.role) }]
      }))
      return found.flat()
    },

    async assumeWithIdentity({ identity, grant, durationSeconds, policy, policyArns = [], from }) {
      const at = await roleOf(identity, grant)
      const decision = at && trusted(identity, grant, at.role, at.partition, from)
      if (!at || decision?.effect !== 'allow') throw commonFault('AccessDenied', `Not authorized to perform ${assumeAction(identity.protocol)}`)
      const { role, partition } = at
      const most = longest(grant, role)
      const seconds = durationSeconds ?? Math.min(defaultDurationSeconds, most)
      if (seconds < shortestSeconds || seconds > most) throw commonFault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
      // Whole seconds that the session at the identity provider has left.
      const left = identity.endsAt === undefined ? seconds : Math.floor((identity.endsAt.getTime() - clock.now().getTime()) / 1000)
      if (left <= 0) throw new AwsFault('ExpiredTokenException', 400, 'The session at the identity provider has ended.')
      const asked = { inline: policy === undefined ? [] : [policy], arns: policyArns }
      const issued = await issuer.issueRole({
        partition, role, sessionName: grant.sessionName, durationSeconds: Math.min(seconds, left), chained: false,
        layers: [
          ...(grant.sessionPolicy === undefined ? [] : [{ inline: [grant.sessionPolicy], arns: [] }]),
          ...(asked.inline.length + asked.arns.length > 0 ? [asked] : []),
        ],
        tags: tagsOf(grant),
        transitiveTagKeys: grant.transitiveTagKeys,
        ...(grant.sourceIdentity !== undefined && { sourceIdentity: grant.sourceIdentity }),
        federation: proofOf(identity, grant, role, grant.provider ?? providerArn(partition, role.account, identity)),
        ...(identity.strength !== 'password' && { mfaAt: identity.authenticatedAt }),
      })
      return { ...issued, decision, roleArn: grant.roleArn }
    },
  }
}

function tagsOf({ tags }: Grant): readonly Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}

function longest({ maxDurationSeconds }: Grant, { maxSessionDurationSeconds }: RoleRecord): number {
  return Math.min(maxDurationSeconds ?? maxSessionDurationSeconds, maxSessionDurationSeconds)
}

/** The connector as a principal: `arn:aws:iam::ACCOUNT:ldap-provider/NAME`. */
function providerArn(partition: string, account: string, { protocol, connector }: Identity): string {
  return iamArn(partition, account, `${protocol}-provider`, connector)
}

function proofOf({ connector, subject, username, saml }: Identity, grant: Grant, role: RoleRecord, provider: string): NonNullable<SessionClaims['federation']> {
  const name = provider.slice(provider.indexOf('/') + 1)
  return {
    provider, connector, subject, username, rule: grant.rule, maxDurationSeconds: longest(grant, role),
    ...(saml && { saml: { sub: saml.nameId, subType: subjectType(saml.format), nameQualifier: nameQualifier(saml.issuer, role.account, name) } }),
    ...(saml?.certificate !== undefined && { certificate: saml.certificate }),
  }
}
