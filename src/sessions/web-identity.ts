import type { Decision, Organization } from '../policy/index.ts'
import type { RoleRecord } from '../store/records.ts'
import { webIdentityKeys } from '../web-identity/condition-keys.ts'
import type { WebIdentity } from '../web-identity/identity.ts'
import { missingGuard, principalsOf } from '../web-identity/shared-issuers.ts'
import {
  decideByNames,
  type Keys,
  type RequestedSession,
  trustQuestion,
} from './federated-trust.ts'
import type { RequestFacts } from './request-facts.ts'

export const webIdentityAction = 'sts:AssumeRoleWithWebIdentity'

/** A web identity's request for a session, as the role's trust policy sees it. */
export interface WebIdentityQuestion {
  readonly identity: WebIdentity
  /** The provider's ARN, in the role's account. */
  readonly providerArn: string
  readonly roleArn: string
  readonly role: RoleRecord
  readonly sessionName: string
  readonly facts: RequestFacts
  readonly organization: Organization | undefined
}
export interface WebIdentityTrust {
  readonly decision: Decision
  /** The provider in the trust policy's words: its ARN, or a name such as `accounts.google.com`. */
  readonly provider: string
  /**
   * The missing condition key: the trust policy trusts a shared issuer without limiting whose
   * tokens, so the request is refused whatever the decision is.
   */
  readonly lacking?: string | undefined
}

/**
 * The only check of web identity: the role's trust policy decides on assuming the role and, if the
 * token has them, on tags and source identity. Returns the first decision that is not an allow,
 * else the one on the role.
 */
export function webIdentityTrust({
  identity,
  providerArn,
  ...request
}: WebIdentityQuestion): WebIdentityTrust {
  const { tags, transitiveTagKeys, sourceIdentity } = identity
  const session: RequestedSession = {
    ...request,
    action: webIdentityAction,
    provider: providerArn,
    tags,
    transitiveTagKeys,
    sourceIdentity,
  }
  const question = trustQuestion(session, proofKeys(identity))
  const names = principalsOf(identity.provider, providerArn)
  const lacking = missingGuard(request.role.trustPolicy, identity.provider, names)
  return { ...decideByNames(session, names, question), lacking }
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
