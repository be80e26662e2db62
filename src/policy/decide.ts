import type { Accept } from './entry.ts'
import { layerOf } from './layer.ts'
import type { Policy } from './policy.ts'
import { type Strength, strengths } from './principal.ts'
import type { Decision, PolicyKind, Principal, Question, Reason } from './question.ts'
import { resourceDecides } from './resource-decides.ts'
import { namesPrincipal, type Statement } from './statement.ts'

/** An absent layer does not restrict; an empty one allows nothing. */
export interface Layers {
  /** Absent and empty mean the same here: no identity policy allows anything. */
  readonly identity: readonly Policy[]
  readonly resource?: readonly Policy[] | undefined
  readonly trust?: readonly Policy[] | undefined
  readonly boundary?: readonly Policy[] | undefined
  /** Policies inside a layer unite, layers intersect. */
  readonly session?: readonly (readonly Policy[])[] | undefined
  readonly serviceControl?: readonly (readonly Policy[])[] | undefined
  readonly resourceControl?: readonly (readonly Policy[])[] | undefined
}

const none: readonly never[] = []

/**
 * Whether the layers allow the question (IAM user guide, "Policy evaluation logic"). Pure, never
 * throws; denies whatever can't be decided. An allow names one statement of each layer that had to
 * allow; an explicit deny names its statement. The lists of policies are indexed at first use and
 * must not change afterwards.
 */
export function decide(question: Question, layers: Layers): Decision {
  const denied = findDeny(question, layers)
  if (denied) return new ExplicitDeny(denied, question)
  const because: Reason[] = []
  const blockedBy = blockingLayer(question, layers, because)
  return blockedBy
    ? new ImplicitDeny(blockedBy, question, layers)
    : { effect: 'allow', because, missingContext: none }
}

/** Computes the missing keys only when they are read: those on which the Deny itself depends. */
class ExplicitDeny implements Decision {
  readonly effect = 'explicit-deny'
  readonly because: readonly Reason[]
  readonly #denied: Statement
  readonly #question: Question

  constructor(denied: Statement, question: Question) {
    this.because = [denied.reason]
    this.#denied = denied
    this.#question = question
  }

  get missingContext(): readonly string[] {
    return [...absentKeys([this.#denied], this.#question)].sort()
  }
}

/** Computes the missing keys only when they are read. */
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
  return (
    denyIn(layers.identity, question, bounded) ??
    (layers.resource && denyIn(layers.resource, question, bounded)) ??
    (layers.trust && denyIn(layers.trust, question, bounded)) ??
    (layers.boundary && denyIn(layers.boundary, question, bounded)) ??
    (layers.session && denyInAny(layers.session, question, bounded)) ??
    (layers.serviceControl && hasAccount(question.principal)
      ? denyInAny(layers.serviceControl, question, bounded)
      : undefined) ??
    (layers.resourceControl && denyInAny(layers.resourceControl, question, bounded))
  )
}

function denyIn(
  policies: readonly Policy[],
  question: Question,
  bounded: boolean,
): Statement | undefined {
  return layerOf(policies).candidates(question.action).deny.find(question, reaches, bounded)
}

function denyInAny(
  lists: readonly (readonly Policy[])[],
  question: Question,
  bounded: boolean,
): Statement | undefined {
  for (const policies of lists) {
    const found = denyIn(policies, question, bounded)
    if (found) return found
  }
  return undefined
}

/**
 * Whether the principal belongs to an account: only those are bound by service control policies and
 * have identity policies.
 */
export function hasAccount({ kind }: Principal): boolean {
  return kind !== 'federated' && kind !== 'service' && kind !== 'anonymous'
}

/** The first layer that does not allow. Adds the statements of the layers that do to `because`. */
function blockingLayer(
  question: Question,
  layers: Layers,
  because: Reason[],
): PolicyKind | undefined {
  const { principal, resourceAccount } = question
  const local = hasAccount(principal)
  if (local && layers.serviceControl) {
    for (const level of layers.serviceControl)
      if (!takeAllow(question, level, because)) return 'service-control'
  }
  const list = layers.trust ?? layers.resource
  const named = list && namedByResource(question, list)
  if (named) because.push(named.reason)
  else if (layers.trust) return 'trust'
  if (!local) return named ? undefined : 'resource'
  const foreign = resourceAccount !== undefined && principal.account !== resourceAccount
  if (!named && (foreign || (layers.resource && resourceDecides(question)))) return 'resource'
  const limits = named && !foreign ? limitsOf[named.strength] : everything
  if (
    limits.identity &&
    principal.kind !== 'root' &&
    !takeAllow(question, layers.identity, because)
  )
    return 'identity'
  if (limits.boundary && layers.boundary && !takeAllow(question, layers.boundary, because))
    return 'boundary'
  if (limits.session && layers.session) {
    for (const policies of layers.session)
      if (!takeAllow(question, policies, because)) return 'session'
  }
  return undefined
}

interface Limits {
  readonly identity: boolean
  readonly boundary: boolean
  readonly session: boolean
}
const everything: Limits = { identity: true, boundary: true, session: true }
/**
 * Which other layers must allow in the same account, by how directly the resource's policy names
 * the principal.
 */
export const limitsOf: Readonly<Record<Strength, Limits>> = {
  account: everything,
  role: { identity: false, boundary: true, session: true },
  user: { identity: false, boundary: false, session: true },
  session: { identity: false, boundary: false, session: false },
}

function takeAllow(question: Question, policies: readonly Policy[], because: Reason[]): boolean {
  const allowed = layerOf(policies)
    .candidates(question.action)
    .allow.find(question, anyone, undefined)
  if (allowed) because.push(allowed.reason)
  return allowed !== undefined
}

interface Named {
  strength: Strength | undefined
  reason: Reason | undefined
}

/** The Allow of a resource or trust policy that names the principal most directly. */
function namedByResource(
  question: Question,
  policies: readonly Policy[],
): { readonly strength: Strength; readonly reason: Reason } | undefined {
  const best: Named = { strength: undefined, reason: undefined }
  layerOf(policies).candidates(question.action).allow.find(question, keepStrongest, best)
  const { strength, reason } = best
  return strength && reason ? { strength, reason } : undefined
}

const keepStrongest: Accept<Named> = (statement, question, best) => {
  const strength = namesPrincipal(statement, question, false)
  if (
    strength &&
    (best.strength === undefined || strengths.indexOf(strength) > strengths.indexOf(best.strength))
  ) {
    best.strength = strength
    best.reason = statement.reason
  }
  return best.strength === 'session'
}

/**
 * Condition keys that Allows about this action use and the question does not have: `decide` was
 * not stopped by a Deny.
 */
function missingContext(question: Question, layers: Layers): readonly string[] {
  const { identity, resource, trust, boundary, session, serviceControl, resourceControl } = layers
  const flat = [
    identity,
    resource,
    trust,
    boundary,
    ...(session ?? []),
    ...(serviceControl ?? []),
    ...(resourceControl ?? []),
  ]
  const allows = flat.flatMap((policies) =>
    policies
      ? layerOf(policies)
          .candidates(question.action)
          .statements.filter(({ effect }) => effect === 'Allow')
      : [],
  )
  return [...absentKeys(allows, question)].sort()
}

/** Keys that the statements use, as such or as variables, and that the question does not have. */
function absentKeys(statements: readonly Statement[], { context }: Question): ReadonlySet<string> {
  const used = statements.flatMap(({ conditions, resources }) => [
    ...conditions.flatMap(({ key, variables }) => [key, ...variables]),
    ...(resources?.values ?? []).flatMap(({ variables }) => variables),
  ])
  return new Set(used.filter((name) => (context.get(name)?.length ?? 0) === 0))
}
