import { type Decision, decide, type Organization, organizationListKeys } from '../policy/index.ts'
import type { RoleRecord, Tag } from '../store/records.ts'
import { resourceFacts } from './layered-context.ts'
import { withResourceControl } from './organization-layers.ts'
import { type RequestFacts, setRequestFacts } from './request-facts.ts'
import { trustOf } from './role-trust.ts'

/** A request for a session of a role by a person whom a provider authenticated. */
export interface RequestedSession {
  /** `sts:AssumeRoleWith…`. */
  readonly action: string
  readonly roleArn: string
  readonly role: RoleRecord
  /** The provider's ARN, in the role's account. */
  readonly provider: string
  readonly sessionName: string
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
  /** Facts of the request for the session, never of the one that authenticated the person. */
  readonly facts: RequestFacts
  /** In force: the resource control policies of the role's account count. */
  readonly organization: Organization | undefined
}
/** Condition keys, names in lower case. */
export interface Keys {
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

/**
 * The question for a role's trust policy, however the person was authenticated. The provider's own
 * keys come first; those of the role, the session and the request replace them. All connectors
 * share this function, because a Deny on a key that is missing for one of them would not apply
 * there.
 */
export function trustQuestion(session: RequestedSession, proof: Keys): Keys {
  const { role, provider, sessionName, tags, transitiveTagKeys, sourceIdentity, facts } = session
  const context = new Map(proof.context)
  const multivalued = new Set([...proof.multivalued, ...organizationListKeys])
  const several = (key: string, values: readonly string[]) => {
    if (values.length === 0) return
    context.set(key, values)
    multivalued.add(key)
  }
  for (const { Key, Value } of role.tags) {
    context
      .set(`aws:resourcetag/${Key.toLowerCase()}`, [Value])
      .set(`iam:resourcetag/${Key.toLowerCase()}`, [Value])
  }
  for (const { Key, Value } of tags) context.set(`aws:requesttag/${Key.toLowerCase()}`, [Value])
  several(
    'aws:tagkeys',
    tags.map(({ Key }) => Key),
  )
  several('sts:transitivetagkeys', transitiveTagKeys)
  context.set('sts:rolesessionname', [sessionName])
  if (sourceIdentity !== undefined) context.set('sts:sourceidentity', [sourceIdentity])
  context.set('aws:federatedprovider', [provider])
  const resourceMember = session.organization?.of(role.account)
  for (const [key, values] of resourceFacts({ resourceAccount: role.account, resourceMember }))
    context.set(key, values)
  setRequestFacts(context, facts)
  return { context, multivalued }
}

/**
 * As `decideTrust`, where a trust policy may name the provider in several ways: a Deny under any of
 * them applies. Returns the name that settled it too.
 */
export function decideByNames(
  session: RequestedSession,
  principals: readonly string[],
  keys: Keys,
): { readonly provider: string; readonly decision: Decision } {
  const verdicts = principals.map((provider) => ({
    provider,
    decision: decideTrust(session, provider, keys),
  }))
  const settled = (effect: Decision['effect']) =>
    verdicts.find(({ decision }) => decision.effect === effect)
  return settled('explicit-deny') ?? settled('allow') ?? verdicts[0]!
}

/**
 * Decides every action that assuming the role includes. Returns the first decision that is not an
 * allow, else the one on the role. `principal`: how the trust policy may name the provider.
 */
function decideTrust(
  { action, roleArn, role, tags, sourceIdentity, organization }: RequestedSession,
  principal: string,
  { context, multivalued }: Keys,
): Decision {
  const actions = [
    action,
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  const decisions = actions.map((each) => {
    const question = {
      principal: { kind: 'federated' as const, arn: principal },
      action: each,
      resource: roleArn,
      resourceAccount: role.account,
      context,
      multivalued,
    }
    const own = { identity: [], trust: trustOf(role) }
    return decide(question, withResourceControl(own, question, organization))
  })
  return decisions.find(({ effect }) => effect !== 'allow') ?? decisions[0]!
}
