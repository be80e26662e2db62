import { type Decision, decide } from '../policy/index.ts'
import type { RoleRecord, Tag } from '../store/records.ts'
import { type RequestFacts, setRequestFacts } from './request-facts.ts'
import { trustOf } from './role-trust.ts'

/** What somebody from outside asks for: a session of a role, by a proof that a provider gave. */
export interface AskedSession {
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
  /** Of the request that asks, never of the one that proved the person. */
  readonly facts: RequestFacts
}
/** Condition keys, names in lower case. */
export interface Keys {
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

/**
 * The question that a role's trust policy is asked, whatever proved the person: the proof's own keys, then those of the role,
 * of the session and of the request, which take their place. One road for all connectors: a key that is lacking on one of
 * them makes a Deny on it fail open there.
 */
export function trustQuestion({ role, provider, sessionName, tags, transitiveTagKeys, sourceIdentity, facts }: AskedSession, proof: Keys): Keys {
  const context = new Map(proof.context)
  const multivalued = new Set(proof.multivalued)
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
  context.set('sts:rolesessionname', [sessionName])
  if (sourceIdentity !== undefined) context.set('sts:sourceidentity', [sourceIdentity])
  context.set('aws:federatedprovider', [provider])
  context.set('aws:resourceaccount', [role.account])
  setRequestFacts(context, facts)
  return { context, multivalued }
}

/** Every action that taking the role means: the first decision that is no allow, else that on the role. `principal`: as the trust policy may name the provider. */
export function decideTrust({ action, roleArn, role, tags, sourceIdentity }: AskedSession, principal: string, { context, multivalued }: Keys): Decision {
  const actions = [action, ...(tags.length > 0 ? ['sts:TagSession'] : []), ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])]
  const decisions = actions.map((asked) => decide({
    principal: { kind: 'federated', arn: principal }, action: asked, resource: roleArn, resourceAccount: role.account, context, multivalued,
  }, { identity: [], trust: trustOf(role) }))
  return decisions.find(({ effect }) => effect !== 'allow') ?? decisions[0]!
}
