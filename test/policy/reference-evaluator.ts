import type { Question } from '../../src/policy/index.ts'
import { arnMatches, conditionHolds, textMatches } from './reference-match.ts'

type OneOrMore<T> = T | readonly T[]
type Principals = '*' | Readonly<Record<string, OneOrMore<string>>>

/** A statement as `JSON.parse` gives it. */
export interface StatementDocument {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: Principals
  readonly NotPrincipal?: Principals
  readonly Action?: OneOrMore<string>
  readonly NotAction?: OneOrMore<string>
  readonly Resource?: OneOrMore<string>
  readonly NotResource?: OneOrMore<string>
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>
  >
}
export interface PolicyDocument {
  readonly Version?: string
  readonly Statement: OneOrMore<StatementDocument>
}

/** The engine's `Layers`, as documents. */
export interface LayerDocuments {
  readonly identity: readonly PolicyDocument[]
  readonly resource?: readonly PolicyDocument[]
  readonly trust?: readonly PolicyDocument[]
  readonly boundary?: readonly PolicyDocument[]
  readonly session?: readonly (readonly PolicyDocument[])[]
  readonly serviceControl?: readonly (readonly PolicyDocument[])[]
  readonly resourceControl?: readonly (readonly PolicyDocument[])[]
}

function list<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]) as readonly T[]
}

function matches(
  policy: PolicyDocument,
  statement: StatementDocument,
  question: Question,
): boolean {
  const variables = policy.Version === '2012-10-17'
  const ofAction = (pattern: string) =>
    textMatches(pattern.toLowerCase(), question.action.toLowerCase(), {
      variables: false,
      wildcards: true,
      question,
    })
  const ofResource = (pattern: string) =>
    pattern === '*' || arnMatches(pattern, question.resource, { variables, question })
  if (
    statement.Action
      ? !list(statement.Action).some(ofAction)
      : list(statement.NotAction).some(ofAction)
  )
    return false
  if (statement.Resource && !list(statement.Resource).some(ofResource)) return false
  if (statement.NotResource && list(statement.NotResource).some(ofResource)) return false
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      conditionHolds(operator, key, list(values).map(String), { variables, question }),
    ),
  )
}

function matching(
  policies: readonly PolicyDocument[],
  effect: 'Allow' | 'Deny',
  question: Question,
): readonly StatementDocument[] {
  return policies.flatMap((policy) =>
    list(policy.Statement).filter(
      (statement) => statement.Effect === effect && matches(policy, statement, question),
    ),
  )
}

/** `KIND ARN-or-name`; the account in one spelling; `*` for everybody. */
function namesOf(principals: Principals | undefined): readonly string[] {
  if (principals === undefined) return []
  if (principals === '*') return ['*']
  return Object.entries(principals).flatMap(([kind, values]) =>
    list(values).map((value) => {
      if (kind !== 'AWS') return `${kind} ${kind === 'Service' ? value.toLowerCase() : value}`
      if (value === '*') return '*'
      return `AWS ${value.replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, '$1')}`
    }),
  )
}

/** Every name of who asks, the most direct first. */
function ownNames({ principal }: Question): readonly string[] {
  switch (principal.kind) {
    case 'anonymous':
      return []
    case 'federated':
      return [`Federated ${principal.arn}`]
    case 'service':
      return [`Service ${principal.arn.toLowerCase()}`]
    case 'root':
      return [`AWS ${principal.account}`]
    default:
      return [principal.arn, principal.roleArn, principal.userArn, principal.account]
        .filter((name) => name !== undefined)
        .map((name) => `AWS ${name}`)
  }
}

function reachedByDeny(
  { Principal, NotPrincipal }: StatementDocument,
  question: Question,
  bounded: boolean,
): boolean {
  const own = ownNames(question)
  if (NotPrincipal) {
    const spared = namesOf(NotPrincipal)
    return (
      bounded ||
      !(spared.includes('*') || (own.length > 0 && own.every((name) => spared.includes(name))))
    )
  }
  if (Principal === undefined) return true
  const named = namesOf(Principal)
  return named.includes('*') || own.some((name) => named.includes(name))
}

type Needs = ReadonlySet<'identity' | 'boundary' | 'session'>

/**
 * What must allow besides this Allow of a resource or trust policy, in one account; undefined when
 * it names somebody else.
 */
function needsBesides(statement: StatementDocument, question: Question): Needs | undefined {
  const { principal } = question
  const named = namesOf(statement.Principal)
  const [direct, ...wider] = ownNames(question)
  if (principal.kind === 'federated')
    return direct !== undefined && named.includes(direct) ? new Set() : undefined
  if (named.includes('*')) return new Set()
  if (principal.kind === 'service')
    return direct !== undefined && named.includes(direct) ? new Set() : undefined
  if (principal.kind !== 'root' && direct !== undefined && named.includes(direct))
    return new Set(principal.kind === 'user' ? ['session'] : [])
  if (wider.some((name) => name.startsWith('AWS arn:') && named.includes(name)))
    return new Set(['boundary', 'session'])
  return principal.account !== undefined && named.includes(`AWS ${principal.account}`)
    ? new Set(['identity', 'boundary', 'session'])
    : undefined
}

/**
 * The evaluation logic of the IAM user guide, read aloud. It takes documents, keeps nothing, and
 * shares no code with the engine.
 */
export function referenceDecide(
  question: Question,
  layers: LayerDocuments,
): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const { principal } = question
  const member = ['root', 'user', 'assumed-role', 'federated-user'].includes(principal.kind)
  const serviceControl = member ? (layers.serviceControl ?? []) : []
  const bounded = layers.boundary !== undefined
  const everywhere = [
    layers.identity,
    layers.resource,
    layers.trust,
    layers.boundary,
    ...(layers.session ?? []),
    ...serviceControl,
    ...(layers.resourceControl ?? []),
  ].flatMap((policies) => policies ?? [])
  if (
    matching(everywhere, 'Deny', question).some((statement) =>
      reachedByDeny(statement, question, bounded),
    )
  )
    return 'explicit-deny'

  const allowed = (policies: readonly PolicyDocument[]) =>
    matching(policies, 'Allow', question).length > 0
  if (!serviceControl.every(allowed)) return 'implicit-deny'
  const grants = matching(layers.trust ?? layers.resource ?? [], 'Allow', question)
    .flatMap((statement) => needsBesides(statement, question) ?? [])
    .sort((a, b) => a.size - b.size)
  const [best] = grants
  if (layers.trust && !best) return 'implicit-deny'
  if (!member) return best ? 'allow' : 'implicit-deny'
  const foreign =
    question.resourceAccount !== undefined && question.resourceAccount !== principal.account
  const key = /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(question.resource)
  if (!best && (foreign || (key && layers.resource))) return 'implicit-deny'
  const needs: Needs = best && !foreign ? best : new Set(['identity', 'boundary', 'session'])
  if (needs.has('identity') && principal.kind !== 'root' && !allowed(layers.identity))
    return 'implicit-deny'
  if (needs.has('boundary') && layers.boundary && !allowed(layers.boundary)) return 'implicit-deny'
  if (needs.has('session') && !(layers.session ?? []).every(allowed)) return 'implicit-deny'
  return 'allow'
}
