import type { Accept } from './entry.ts'
import { layerOf } from './layer.ts'
import type { Policy } from './policy.ts'
import { strengths, type Strength } from './principal.ts'
import type { Decision, PolicyKind, Principal, Question, Reason } from './question.ts'
import { namesPrincipal, type Statement } from './statement.ts'

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

const none: readonly never[] = []

/**
 * Whether the layers allow what is asked (IAM user guide, "Policy evaluation logic"). Pure, never throws; what can't be
 * told is denied. An allow names one statement of each layer that it took; an explicit deny names the statement. The
 * lists of policies are indexed at first use and must not change afterwards.
 */
export function decide(question: Question, layers: Layers): Decision {
  const denied = findDeny(question, layers)
  if (denied) return { effect: 'explicit-deny', because: [denied.reason], missingContext: none }
  const because: Reason[] = []
  const blockedBy = blockingLayer(question, layers, because)
  return blockedBy ? new ImplicitDeny(blockedBy, question, layers) : { effect: 'allow', because, missingContext: none }
}

/** Looks for the missing keys only when somebody asks. */
class ImplicitDeny implements Decision {
  readonly effect = 'implicit-deny'
  readonly because = none
  readonly blockedBy: PolicyKind
  readonly #question: Question
  readonly #layers: Layers

  constructor(blockedBy: PolicyKind, question: Question, layers: Layers) {
    this.blockedBy = blockedBy
    this.#question = question
    this.#layers = layers
  }

  get missingContext(): readonly string[] {
    return missingContext(this.#question, this.#layers)
  }
}

const anyone: Accept<undefined> = () => true
const reaches: Accept<boolean> = (statement, question, bounded) =>
  statement.principals === undefined || namesPrincipal(statement, question, bounded) !== undefined

function findDeny(question: Question, layers: Layers): Statement | undefined {
  const bounded = layers.boundary !== undefined
  return denyIn(layers.identity, question, bounded)
    ?? (layers.resource && denyIn(layers.resource, question, bounded))
    ?? (layers.trust && denyIn(layers.trust, question, bounded))
    ?? (layers.boundary && denyIn(layers.boundary, question, bounded))
    ?? (layers.session && denyInAny(layers.session, question, bounded))
    ?? (layers.serviceControl && hasAccount(question.principal) ? denyInAny(layers.serviceControl, question, bounded) : undefined)
    ?? (layers.resourceControl && denyInAny(layers.resourceControl, question, bounded))
}

function denyIn(policies: readonly Policy[], question: Question, bounded: boolean): Statement | undefined {
  return layerOf(policies).candidates(question.action).deny.find(question, reaches, bounded)
}

function denyInAny(lists: readonly (readonly Policy[])[], question: Question, bounded: boolean): Statement | undefined {
  for (const policies of lists) {
    const found = denyIn(policies, question, bounded)
    if (found) return found
  }
  return undefined
}

/** Whether it is a principal of an account: only those are bound by service control policies and have policies of their own. */
export function hasAccount({ kind }: Principal): boolean {
  return kind !== 'federated' && kind !== 'service' && kind !== 'anonymous'
}

/** The first layer that does not allow; the statements that do are added to `because`. */
function blockingLayer(question: Question, layers: Layers, because: Reason[]): PolicyKind | undefined {
  const { principal, resourceAccount } = question
  const local = hasAccount(principal)
  if (local && layers.serviceControl) {
    for (const level of layers.serviceControl) if (!takeAllow(question, level, because)) return 'service-control'
  }
  const list = layers.trust ?? layers.resource
  const named = list && namedByResource(question, list)
  if (named) because.push(named.reason)
  else if (layers.trust) return 'trust'
  if (!local) return named ? undefined : 'resource'
  const foreign = resourceAccount !== undefined && principal.account !== resourceAccount
  if (foreign && !named) return 'resource'
  const limits = named && !foreign ? limitsOf[named.strength] : everything
  if (limits.identity && principal.kind !== 'root' && !takeAllow(question, layers.identity, because)) return 'identity'
  if (limits.boundary && layers.boundary && !takeAllow(question, layers.boundary, because)) return 'boundary'
  if (limits.session && layers.session) {
    for (const policies of layers.session) if (!takeAllow(question, policies, because)) return 'session'
  }
  return undefined
}

interface Limits { readonly identity: boolean; readonly boundary: boolean; readonly session: boolean }
const everything: Limits = { identity: true, boundary: true, session: true }
/** What else must allow in the same account, by how directly the resource's policy names who asks. */
export const limitsOf: Readonly<Record<Strength, Limits>> = {
  account: everything,
  everybody: { identity: false, boundary: true, session: true },
  role: { identity: false, boundary: true, session: true },
  user: { identity: false, boundary: false, session: true },
  session: { identity: false, boundary: false, session: false },
}

function takeAllow(question: Question, policies: readonly Policy[], because: Reason[]): boolean {
  const allowed = layerOf(policies).candidates(question.action).allow.find(question, anyone, undefined)
  if (allowed) because.push(allowed.reason)
  return allowed !== undefined
}

interface Named { strength: Strength | undefined; reason: Reason | undefined }

/** The Allow of a resource or trust policy that names who asks most directly. */
function namedByResource(question: Question, policies: readonly Policy[]): { readonly strength: Strength; readonly reason: Reason } | undefined {
  const best: Named = { strength: undefined, reason: undefined }
  layerOf(policies).candidates(question.action).allow.find(question, keepStrongest, best)
  const { strength, reason } = best
  return strength && reason ? { strength, reason } : undefined
}

const keepStrongest: Accept<Named> = (statement, question, best) => {
  const strength = strengthFor(statement, question)
  if (strength && (best.strength === undefined || strengths.indexOf(strength) > strengths.indexOf(best.strength))) {
    best.strength = strength
    best.reason = statement.reason
  }
  return best.strength === 'session'
}

/** How directly an Allow that applies names who asks. Everybody, narrowed by ARN, is as good as the session (IAM user guide, "Principal"). */
export function strengthFor(statement: Statement, question: Question): Strength | undefined {
  const strength = namesPrincipal(statement, question, false)
  return strength === 'everybody' && comparesPrincipalArn(statement) ? 'session' : strength
}

/** Whether a statement narrows its principals to some ARNs; an operator that spares some does not. */
export function comparesPrincipalArn({ conditions }: Pick<Statement, 'conditions'>): boolean {
  return conditions.some(({ key, operator }) => key === 'aws:principalarn' && /^(?:Arn|String)(?:Equals|Like)$/.test(operator))
}

/** Keys that statements about this action look at and the question does not bring. */
function missingContext({ action, context }: Question, layers: Layers): readonly string[] {
  const { identity, resource, trust, boundary, session, serviceControl, resourceControl } = layers
  const missing = new Set<string>()
  const note = (name: string) => {
    if ((context.get(name)?.length ?? 0) === 0) missing.add(name)
  }
  const flat = [identity, resource, trust, boundary, ...(session ?? []), ...(serviceControl ?? []), ...(resourceControl ?? [])]
  for (const policies of flat) {
    for (const { effect, conditions, resources } of policies ? layerOf(policies).candidates(action).statements : []) {
      if (effect === 'Deny') continue
      for (const { key, variables } of conditions) for (const name of [key, ...variables]) note(name)
      for (const { variables } of resources?.values ?? []) for (const name of variables) note(name)
    }
  }
  return [...missing].sort()
}
