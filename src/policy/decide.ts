import type { Policy } from './policy.ts'
import { strengths, type Strength } from './principal.ts'
import type { Decision, PolicyKind, Principal, Question, Reason } from './question.ts'
import { applies, namesPrincipal, type Statement } from './statement.ts'

/** An absent layer does not restrict; an empty one allows nothing. */
export interface Layers {
  /** Absent and empty are the same here: no identity policy allows anything. */
  readonly identity: readonly Policy[]
  readonly resource?: readonly Policy[]
  readonly trust?: readonly Policy[]
  readonly boundary?: readonly Policy[]
  /** Policies inside a layer unite, layers intersect. */
  readonly session?: readonly (readonly Policy[])[]
  readonly serviceControl?: readonly (readonly Policy[])[]
  readonly resourceControl?: readonly (readonly Policy[])[]
}

/**
 * Whether the layers allow what is asked (IAM user guide, "Policy evaluation logic"). Pure, never throws; what can't be
 * told is denied. An allow names one statement of each layer that it took; an explicit deny names the statement.
 */
export function decide(question: Question, layers: Layers): Decision {
  const denied = findDeny(question, layers)
  if (denied) return { effect: 'explicit-deny', because: [denied], missingContext: [] }
  const because: Reason[] = []
  const blockedBy = blockingLayer(question, layers, because)
  if (!blockedBy) return { effect: 'allow', because, missingContext: [] }
  return { effect: 'implicit-deny', because: [], blockedBy, missingContext: missingContext(question, layers) }
}

function findDeny(question: Question, layers: Layers): Reason | undefined {
  const bounded = layers.boundary !== undefined
  for (const policies of restricting(question, layers)) {
    for (const policy of policies) {
      for (const statement of policy.candidates(question.action).deny) {
        if (statement.principals && !namesPrincipal(statement, question, bounded)) continue
        if (applies(statement, question)) return reason(policy, statement)
      }
    }
  }
  return undefined
}

/** Whether it is a principal of an account: only those are bound by service control policies and have policies of their own. */
function hasAccount({ kind }: Principal): boolean {
  return kind !== 'federated' && kind !== 'service' && kind !== 'anonymous'
}

/** Every layer there is, each a list of policies. */
function restricting({ principal }: Question, layers: Layers): readonly (readonly Policy[])[] {
  const { identity, resource, trust, boundary, session, resourceControl } = layers
  const serviceControl = hasAccount(principal) ? layers.serviceControl : undefined
  const all: (readonly Policy[])[] = [identity]
  if (resource) all.push(resource)
  if (trust) all.push(trust)
  if (boundary) all.push(boundary)
  if (session) all.push(...session)
  if (serviceControl) all.push(...serviceControl)
  if (resourceControl) all.push(...resourceControl)
  return all
}

/** The first layer that does not allow; the statements that do are added to `because`. */
function blockingLayer(question: Question, layers: Layers, because: Reason[]): PolicyKind | undefined {
  const local = hasAccount(question.principal)
  for (const level of (local && layers.serviceControl) || []) {
    if (!takeAllow(question, level, because)) return 'service-control'
  }
  const named = namedByResource(question, layers.trust ?? layers.resource)
  if (named) because.push(named.reason)
  else if (layers.trust) return 'trust'
  const { principal, resourceAccount } = question
  if (!local) return named ? undefined : 'resource'
  const limits = named && (resourceAccount === undefined || principal.account === resourceAccount) ? limitsOf[named.strength] : everything
  if (!named && resourceAccount !== undefined && principal.account !== resourceAccount) return 'resource'
  if (limits.identity && principal.kind !== 'root' && !takeAllow(question, layers.identity, because)) return 'identity'
  if (limits.boundary && layers.boundary && !takeAllow(question, layers.boundary, because)) return 'boundary'
  if (limits.session) {
    for (const policies of layers.session ?? []) if (!takeAllow(question, policies, because)) return 'session'
  }
  return undefined
}

interface Limits { readonly identity: boolean; readonly boundary: boolean; readonly session: boolean }
const everything: Limits = { identity: true, boundary: true, session: true }
/** What else must allow in the same account, by how directly the resource's policy names who asks. */
const limitsOf: Readonly<Record<Strength, Limits>> = {
  account: everything,
  everybody: { identity: false, boundary: true, session: true },
  role: { identity: false, boundary: true, session: true },
  user: { identity: false, boundary: false, session: true },
  session: { identity: false, boundary: false, session: false },
}

function takeAllow(question: Question, policies: readonly Policy[], because: Reason[]): boolean {
  for (const policy of policies) {
    for (const statement of policy.candidates(question.action).allow) {
      if (!applies(statement, question)) continue
      because.push(reason(policy, statement))
      return true
    }
  }
  return false
}

/** The Allow of a resource or trust policy that names who asks most directly. */
function namedByResource(question: Question, policies: readonly Policy[] | undefined): { readonly strength: Strength; readonly reason: Reason } | undefined {
  let best: { readonly strength: Strength; readonly reason: Reason } | undefined
  for (const policy of policies ?? []) {
    for (const statement of policy.candidates(question.action).allow) {
      const named = namesPrincipal(statement, question, false)
      if (!named || !applies(statement, question)) continue
      const strength = named === 'everybody' && comparesPrincipalArn(statement) ? 'session' : named
      if (!best || strengths.indexOf(strength) > strengths.indexOf(best.strength)) best = { strength, reason: reason(policy, statement) }
    }
  }
  return best
}

/** Everybody, narrowed by ARN, is as good as naming the session (IAM user guide, "Principal"). */
function comparesPrincipalArn({ conditions }: Statement): boolean {
  return conditions.some(({ key, operator }) => key === 'aws:principalarn' && /^(?:Arn|String)(?:Equals|Like)$/.test(operator))
}

function reason({ id, kind }: Policy, { index, sid }: Statement): Reason {
  return { policy: id, statement: index, layer: kind, ...(sid !== undefined && { sid }) }
}

/** Keys that statements about this action look at and the question does not bring. */
function missingContext(question: Question, layers: Layers): readonly string[] {
  const { action, context } = question
  const missing = new Set<string>()
  for (const policies of restricting(question, layers)) {
    for (const policy of policies) {
      for (const { conditions, resources } of policy.candidates(action).allow) {
        for (const { key, variables } of conditions) for (const name of [key, ...variables]) if (!context.has(name)) missing.add(name)
        for (const { variables } of resources?.values ?? []) for (const name of variables) if (!context.has(name)) missing.add(name)
      }
    }
  }
  return [...missing].sort()
}
