import { iamArn } from '../../kernel/arn.ts'
import type { Issuer } from '../../sessions/issue.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import { findRole, parseRoleArn } from '../../sessions/role-trust.ts'
import { webIdentityAction, webIdentityTrust } from '../../sessions/web-identity.ts'
import type { Store } from '../../store/store.ts'
import type { WebIdentity } from '../../web-identity/identity.ts'
import type { ProveToken } from '../../web-identity/prove-token.ts'
import { WebIdentityFault } from '../../web-identity/web-identity-fault.ts'
import type { OpenCall } from '../operation.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { askedLayer } from './session-layer.ts'
import { sessionTags } from './session-tags.ts'
import { stsModel } from './sts-model.ts'

const defaultDurationSeconds = 3600

export interface WebIdentityPorts {
  readonly store: Pick<Store, 'reads'>
  readonly proveToken: ProveToken
  readonly issuer: Pick<Issuer, 'issueRole'>
  readonly revocations: Pick<Revocations, 'endsProof'>
}

const model = stsModel('AssumeRoleWithWebIdentity')
type WebCall = OpenCall<keyof typeof model.errors>

/**
 * A token proves the person, the role's trust policy decides alone. A role that does not exist and one that does not trust
 * the person are told alike; what is wrong with a token is told to whoever holds it.
 */
export function assumeRoleWithWebIdentity({ store, proveToken, issuer, revocations }: WebIdentityPorts) {
  return unsignedOperation(model, async (input, call) => {
    const { RoleArn, RoleSessionName, WebIdentityToken, DurationSeconds = defaultDurationSeconds } = input
    const { fault, note } = call
    const named = parseRoleArn(RoleArn)
    if (!named) throw fault('ValidationError', `${RoleArn} is invalid`)
    if (input.ProviderId !== undefined) {
      throw fault('ValidationError',
        'ProviderId goes with OAuth 2.0 access tokens, which are not taken here: pass an OpenID Connect token, and no ProviderId.')
    }
    const layer = askedLayer(input, (message) => fault('ValidationError', message))
    const identity = await proved(call, proveToken(WebIdentityToken, (name) => store.reads.find('oidcProvider', named.account, name)))
    note({ connector: identity.provider, identity: { subject: identity.subject, username: identity.subject }, session: RoleSessionName })
    if (await revocations.endsProof(named.account, { connector: identity.provider, subject: identity.subject }, identity.issuedAt)) {
      throw fault('ExpiredTokenException', 'Token expired: sessions of this identity have been revoked since it was issued.')
    }
    const tags = sessionTags({ Tags: identity.tags, TransitiveTagKeys: identity.transitiveTagKeys }, undefined, fault)

    const account = await store.reads.find('account', named.account, 'account')
    const role = await findRole(store.reads, named)
    const denied = () => fault('AccessDenied', `Not authorized to perform ${webIdentityAction}`)
    if (!account || !role) throw denied()
    const { partition } = account
    const providerArn = iamArn(partition, named.account, 'oidc-provider', identity.provider)
    const { decision, lacking, provider } = webIdentityTrust({ identity, providerArn, roleArn: RoleArn, role, sessionName: RoleSessionName, facts: call })
    note({ role: role.name, decision })
    if (lacking !== undefined) note({ detail: `the trust policy trusts a shared issuer without a condition on ${lacking}` })
    if (decision.effect !== 'allow' || lacking !== undefined) throw denied()
    if (DurationSeconds > role.maxSessionDurationSeconds) {
      throw fault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
    }

    const { subject, audience, originalAudience, sourceIdentity } = identity
    const issued = await issuer.issueRole({
      partition, role, sessionName: RoleSessionName, durationSeconds: DurationSeconds, layers: layer ? [layer] : [], ...tags, chained: false,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      federation: {
        provider: providerArn, connector: identity.provider, subject, username: subject, audience,
        ...(originalAudience !== undefined && { originalAudience }),
      },
    })
    return {
      ...assumedRoleShape(issued),
      SubjectFromWebIdentityToken: subject,
      Provider: provider,
      Audience: audience,
    }
  })
}

/** The identity, or the fault in STS's terms; what only the operator shall read goes to the audit event. */
async function proved({ fault, note }: WebCall, proving: Promise<WebIdentity>): Promise<WebIdentity> {
  try {
    return await proving
  } catch (error) {
    if (!(error instanceof WebIdentityFault)) throw error
    if (error.detail !== undefined) note({ detail: error.detail })
    throw fault(error.code, error.message)
  }
}
