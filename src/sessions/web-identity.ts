import { type Decision, decide } from '../policy/index.ts'
import type { RoleRecord } from '../store/records.ts'
import { webIdentityKeys } from '../web-identity/condition-keys.ts'
import type { WebIdentity } from '../web-identity/identity.ts'
import { missingGuard, principalsOf } from '../web-identity/shared-issuers.ts'
import { trustOf } from './role-trust.ts'

export const webIdentityAction = 'sts:AssumeRoleWithWebIdentity'

/** The session that a web identity asks for, as the role's trust policy sees it. */
export interface WebIdentityQuestion {
  readonly identity: WebIdentity
  /** The provider's, in the role's account. */
  readonly providerArn: string
  readonly roleArn: string
  readonly role: RoleRecord
  readonly sessionName: string
  readonly now: Date
  readonly sourceAddress: string
  readonly userAgent: string
  readonly secure: boolean
  readonly region: string
}
export interface WebIdentityTrust {
  readonly decision: Decision
  /** How the trust policy names the provider: its ARN, or a name such as `accounts.google.com`. */
  readonly provider: string
  /** A shared issuer is trusted without saying whom: refused, whatever the decision says. The key that is lacking. */
  readonly lacking?: string
}

/**
 * The one lock of web identity: the role's trust policy decides, on taking the role and, where the token brings them, on
 * tags and source identity. The first decision that is no allow counts, else that on the role.
 */
export function webIdentityTrust(question: WebIdentityQuestion): WebIdentityTrust {
  const { identity, providerArn, role } = question
  const { context, multivalued } = contextOf(question)
  const names = principalsOf(identity.provider, providerArn)
  const lacking = missingGuard(role.trustPolicy, identity.provider, names)
  const actions = [
    webIdentityAction,
    ...(identity.tags.length > 0 ? ['sts:TagSession'] : []),
    ...(identity.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  const verdicts = names.map((arn) => {
    const decisions = actions.map((action) => decide({
      principal: { kind: 'federated', arn }, action, resource: question.roleArn, resourceAccount: role.account, context, multivalued,
    }, { identity: [], trust: trustOf(role) }))
    return { provider: arn, decision: decisions.find(({ effect }) => effect !== 'allow') ?? decisions[0]! }
  })
  // A denial under either name holds.
  const settled = (effect: Decision['effect']) => verdicts.find(({ decision }) => decision.effect === effect)
  return { ...(settled('explicit-deny') ?? settled('allow') ?? verdicts[0]!), ...(lacking !== undefined && { lacking }) }
}

function contextOf({ identity, providerArn, role, sessionName, now, sourceAddress, userAgent, secure, region }: WebIdentityQuestion) {
  const { tags, transitiveTagKeys, sourceIdentity, methods, provider } = identity
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  const several = (key: string, values: readonly string[]) => {
    if (values.length === 0) return
    context.set(key, values)
    multivalued.add(key)
  }
  for (const { Key, Value } of role.tags) {
    context.set(`aws:resourcetag/${Key.toLowerCase()}`, [Value]).set(`iam:resourcetag/${Key.toLowerCase()}`, [Value])
  }
  for (const { Key, Value } of tags) context.set(`aws:requesttag/${Key.toLowerCase()}`, [Value])
  several('aws:tagkeys', tags.map(({ Key }) => Key))
  several('sts:transitivetagkeys', transitiveTagKeys)
  several(`${provider.toLowerCase()}:amr`, methods)
  for (const [key, value] of webIdentityKeys(identity)) context.set(key, [value])
  context.set('sts:rolesessionname', [sessionName])
  if (sourceIdentity !== undefined) context.set('sts:sourceidentity', [sourceIdentity])
  context.set('aws:federatedprovider', [providerArn])
  context.set('aws:currenttime', [now.toISOString()])
  context.set('aws:epochtime', [String(Math.floor(now.getTime() / 1000))])
  context.set('aws:sourceip', [sourceAddress])
  context.set('aws:securetransport', [String(secure)])
  context.set('aws:requestedregion', [region])
  if (userAgent !== '') context.set('aws:useragent', [userAgent])
  return { context, multivalued }
}
