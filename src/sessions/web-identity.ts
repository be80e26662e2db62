import type { Decision } from '../policy/index.ts'
import type { RoleRecord } from '../store/records.ts'
import { webIdentityKeys } from '../web-identity/condition-keys.ts'
import type { WebIdentity } from '../web-identity/identity.ts'
import { missingGuard, principalsOf } from '../web-identity/shared-issuers.ts'
import { type AskedSession, decideTrust, type Keys, trustQuestion } from './federated-trust.ts'
import type { RequestFacts } from './request-facts.ts'

export const webIdentityAction = 'sts:AssumeRoleWithWebIdentity'

/** The session that a web identity asks for, as the role's trust policy sees it. */
export interface WebIdentityQuestion {
  readonly identity: WebIdentity
  /** The provider's, in the role's account. */
  readonly providerArn: string
  readonly roleArn: string
  readonly role: RoleRecord
  readonly sessionName: string
  readonly facts: RequestFacts
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
export function webIdentityTrust({ identity, providerArn, ...asked }: WebIdentityQuestion): WebIdentityTrust {
  const { tags, transitiveTagKeys, sourceIdentity } = identity
  const session: AskedSession = { ...asked, action: webIdentityAction, provider: providerArn, tags, transitiveTagKeys, sourceIdentity }
  const question = trustQuestion(session, proofKeys(identity))
  const names = principalsOf(identity.provider, providerArn)
  const lacking = missingGuard(asked.role.trustPolicy, identity.provider, names)
  const verdicts = names.map((arn) => ({ provider: arn, decision: decideTrust(session, arn, question) }))
  // A denial under either name holds.
  const settled = (effect: Decision['effect']) => verdicts.find(({ decision }) => decision.effect === effect)
  return { ...(settled('explicit-deny') ?? settled('allow') ?? verdicts[0]!), ...(lacking !== undefined && { lacking }) }
}

function proofKeys(identity: WebIdentity): Keys {
  const { methods, provider } = identity
  const context = new Map<string, readonly string[]>()
  const multivalued = new Set<string>()
  if (methods.length > 0) {
    const key = `${provider.toLowerCase()}:amr`
    context.set(key, methods)
    multivalued.add(key)
  }
  for (const [key, value] of webIdentityKeys(identity)) context.set(key, [value])
  return { context, multivalued }
}
