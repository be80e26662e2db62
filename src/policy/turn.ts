import { decide, type Layers } from './decide.ts'
import { type Change, explain } from './explain.ts'
import { explainStatement, type Part } from './explain-statement.ts'
import { Policy } from './policy.ts'
import type { PolicyKind, Question, Reason } from './question.ts'
import {
  documentWith,
  type Json,
  jsonOf,
  type StatementEdit,
  type Written,
} from './statement-json.ts'

/** One step of a change that turns a denied request into an allowed one. */
export type TurnStep =
  /** The request has this value of a condition key. */
  | { readonly step: 'value'; readonly key: string; readonly values: readonly string[] }
  /** A statement is written otherwise, added (no `before`) or removed (no `after`). */
  | {
      readonly step: 'statement'
      readonly how: 'add-action' | 'add-resource' | 'add-statement' | 'except' | 'remove'
      readonly layer: PolicyKind
      readonly level?: number | undefined
      readonly policy: string
      readonly sid?: string | undefined
      /** JSON of the statement. */
      readonly before?: string | undefined
      readonly after?: string | undefined
    }
  /** A layer whose documents are not known has to allow it, or no longer deny it. */
  | {
      readonly step: 'layer'
      readonly how: 'allow' | 'lift'
      readonly layer: PolicyKind
      readonly level?: number | undefined
      readonly policy?: string | undefined
      readonly sid?: string | undefined
    }

/** Steps that together turn the decision: `decide` allows the request with them. */
export type Turn = readonly TurnStep[]

interface State {
  readonly question: Question
  readonly layers: Layers
}
interface Candidate {
  readonly step: TurnStep
  readonly cost: number
  readonly value?: readonly [key: string, value: string]
  /** Of a policy whose document is known. */
  readonly edit?: { readonly policy: Policy; readonly edit: StatementEdit }
  /** A policy that no longer counts. */
  readonly drop?: Policy
  /** A layer that gets a policy that allows everything. */
  readonly open?: Place
}

/** Alternatives that are tried for one needed change, and combinations of them. */
const mostCandidates = 6
const mostCombinations = 200
const mostTurns = 3

/**
 * The smallest changes that turn a denied request into an allowed one, the smallest first: another
 * value of the request, one more action or resource, an exception from a Deny, one more statement.
 * Each is decided by the engine before it is named. `documents`: the JSON texts of policies. Pure;
 * bounded.
 */
export function turnsOf(
  question: Question,
  layers: Layers,
  documents: ReadonlyMap<Policy, string>,
): readonly Turn[] {
  const { changes, effect } = explain(question, layers)
  if (effect === 'allow') return []
  const choices = changes.map((change) =>
    candidatesFor(change, { question, layers }, documents)
      .sort((a, b) => a.cost - b.cost)
      .slice(0, mostCandidates),
  )
  const turns: Turn[] = []
  for (const combination of combinations(choices)) {
    const state = stateWith(combination, { question, layers }, documents)
    if (!state || decide(state.question, state.layers).effect !== 'allow') continue
    turns.push(withoutRepeats(combination.map(({ step }) => step)))
    if (turns.length === mostTurns) break
  }
  return turns
}

/** All combinations of one candidate for each change, the cheapest first. */
function combinations(
  choices: readonly (readonly Candidate[])[],
): readonly (readonly Candidate[])[] {
  let all: (readonly Candidate[])[] = [[]]
  for (const candidates of choices) {
    all = all
      .flatMap((before) => candidates.map((one) => [...before, one]))
      .sort((a, b) => costOf(a) - costOf(b))
      .slice(0, mostCombinations)
  }
  return all
}

const costOf = (combination: readonly Candidate[]): number =>
  combination.reduce((sum, { cost }) => sum + cost, 0)

function withoutRepeats(steps: readonly TurnStep[]): Turn {
  const seen = new Set<string>()
  return steps.filter((step) => {
    const text = JSON.stringify(step)
    return !seen.has(text) && seen.add(text)
  })
}

function candidatesFor(
  change: Change,
  state: State,
  documents: ReadonlyMap<Policy, string>,
): Candidate[] {
  return change.change === 'lift-deny'
    ? liftCandidates(change.reason, state, documents)
    : allowCandidates(change, state, documents)
}

interface Place {
  readonly layer: PolicyKind
  readonly level?: number | undefined
}

/** A policy of the layers, at the place where it stands. */
interface Placed extends Place {
  readonly policy: Policy
}

function placedPolicies(layers: Layers): readonly Placed[] {
  const one = (layer: PolicyKind, policies: readonly Policy[] = []): readonly Placed[] =>
    policies.map((policy) => ({ layer, policy }))
  const several = (layer: PolicyKind, levels: readonly (readonly Policy[])[] = []) =>
    levels.flatMap((policies, level) => policies.map((policy) => ({ layer, level, policy })))
  return [
    ...one('identity', layers.identity),
    ...one('resource', layers.resource),
    ...one('trust', layers.trust),
    ...one('boundary', layers.boundary),
    ...several('session', layers.session),
    ...several('service-control', layers.serviceControl),
    ...several('resource-control', layers.resourceControl),
  ]
}

/** The statement no longer applies: the request is another, it has an exception, or it is gone. */
function liftCandidates(
  reason: Reason,
  state: State,
  documents: ReadonlyMap<Policy, string>,
): Candidate[] {
  const { question, layers } = state
  return placedPolicies(layers)
    .filter(({ layer, policy }) => layer === reason.layer && policy.id === reason.policy)
    .flatMap(({ layer, level, policy }) => {
      const statement = policy.statements[reason.statement]
      if (!statement) return []
      const told = { layer, level, policy: policy.id, sid: reason.sid }
      const { parts } = explainStatement(statement, question, layers.boundary !== undefined)
      const values = parts.flatMap((part) => valueCandidates(part, false))
      const text = documents.get(policy)
      if (text === undefined)
        return [...values, { cost: 6, step: { step: 'layer', how: 'lift', ...told }, drop: policy }]
      const before = jsonOf(text, reason.statement)
      const edits = [
        { how: 'except' as const, cost: 4, to: (one: Written) => withException(one, question) },
        { how: 'remove' as const, cost: 7, to: () => undefined },
      ]
      return [
        ...values,
        ...edits.map(({ how, cost, to }): Candidate => {
          const after = to(JSON.parse(before) as Written)
          return {
            cost,
            step: {
              ...{ step: 'statement', how, ...told, before },
              ...(after && { after: JSON.stringify(after, null, 2) }),
            },
            edit: { policy, edit: { statement: reason.statement, to } },
          }
        }),
      ]
    })
}

/** The layer gets an Allow: the nearest one covers it, or there is one more. */
function allowCandidates(
  { layer, level, nearest }: Extract<Change, { change: 'allow' }>,
  state: State,
  documents: ReadonlyMap<Policy, string>,
): Candidate[] {
  const { question, layers } = state
  const here = placedPolicies(layers).filter(
    (one) => one.layer === layer && (level === undefined || one.level === level),
  )
  const near = here.find(({ policy }) => policy.id === nearest?.policy)?.policy
  const nearText = near && documents.get(near)
  const found: Candidate[] = []
  if (near && nearest) {
    const { parts } = explainStatement(near.statements[nearest.statement]!, question, false)
    const lacking = parts.filter(({ matched }) => !matched)
    if (lacking.every(({ element }) => element === 'Condition') && lacking.length === 1)
      found.push(...lacking.flatMap((part) => valueCandidates(part, true)))
    if (nearText !== undefined && lacking.length === 1)
      found.push(
        ...wideningCandidates({ state, near, nearest, nearText, part: lacking[0]!, level }),
      )
  }
  const [first] = here.flatMap(({ policy }) => {
    const text = documents.get(policy)
    return text === undefined ? [] : [{ policy, text }]
  })
  if (!first) {
    const step = { step: 'layer', how: 'allow', layer, level } as const
    found.push({ cost: 5, step, open: { layer, level } })
    return found
  }
  const target = near && nearText !== undefined ? near : first.policy
  const added = allowStatement(question, layer)
  found.push({
    cost: 3,
    step: {
      ...{ step: 'statement', how: 'add-statement', layer, level, policy: target.id },
      after: JSON.stringify(added, null, 2),
    },
    edit: { policy: target, edit: { statement: 'add', to: () => added } },
  })
  return found
}

interface Widening {
  readonly state: State
  readonly near: Policy
  readonly nearest: Reason
  readonly nearText: string
  /** All that the statement lacks. */
  readonly part: Part
  readonly level: number | undefined
}

function wideningCandidates({
  state,
  near,
  nearest,
  nearText,
  part,
  level,
}: Widening): Candidate[] {
  const element = part.element
  if (element !== 'Action' && element !== 'Resource') return []
  const more = element === 'Action' ? state.question.action : state.question.resource
  const to = (written: Written): Written => ({
    ...written,
    [element]: [...[written[element] ?? []].flat(), more] as Json,
  })
  const before = jsonOf(nearText, nearest.statement)
  return [
    {
      cost: element === 'Action' ? 2 : 2.5,
      step: {
        step: 'statement',
        how: element === 'Action' ? 'add-action' : 'add-resource',
        ...{ layer: nearest.layer, level, policy: near.id, sid: nearest.sid, before },
        after: JSON.stringify(to(JSON.parse(before) as Written), null, 2),
      },
      edit: { policy: near, edit: { statement: nearest.statement, to } },
    },
  ]
}

/** One more value of a condition key that the request could have. */
function valueCandidates(part: Part, wanted: boolean): Candidate[] {
  const { element, key, operator = '', written } = part
  if (element !== 'Condition' || key === undefined || !isOfRequest(key)) return []
  return valuesFor(operator, written, wanted).map((value) => ({
    cost: 1,
    step: { step: 'value', key, values: [value] },
    value: [key, value],
  }))
}

const ofRequest =
  /^(?:multifactorauth|(?:vpc)?sourceip$|securetransport$|requestedregion$|requesttag\/)/

/** Facts of a request that whoever sends it can choose; the others are who they are. */
function isOfRequest(key: string): boolean {
  return !key.startsWith('aws:') || ofRequest.test(key.slice('aws:'.length))
}

const opposite: Readonly<Record<string, string>> = { true: 'false', false: 'true' }

/** Values that may meet a condition, or keep it from being met; the engine tells which do. */
function valuesFor(operator: string, written: readonly string[], wanted: boolean): string[] {
  const [first] = written
  if (first === undefined || first.includes('${')) return []
  if (/bool/i.test(operator)) return wanted ? [first] : [opposite[first.toLowerCase()] ?? '']
  if (!wanted) return []
  if (/ipaddress/i.test(operator) && !/not/i.test(operator)) return [first.replace(/\/\d+$/, '')]
  if (/not/i.test(operator)) return []
  return [first.replace(/[*?]/g, 'x')]
}

/** A Deny that leaves out who asked. */
function withException(written: Written, { principal }: Question): Written {
  const { Condition = {} } = written
  const who = principal.roleArn ?? principal.userArn ?? principal.arn
  const conditions = Condition as Readonly<Record<string, Readonly<Record<string, Json>>>>
  const not = conditions.ArnNotLike ?? {}
  const excepted = [not['aws:PrincipalArn'] ?? []].flat() as Json[]
  return {
    ...written,
    Condition: {
      ...conditions,
      ArnNotLike: { ...not, 'aws:PrincipalArn': excepted.length > 0 ? [...excepted, who] : who },
    },
  }
}

function allowStatement({ action, resource, principal }: Question, layer: PolicyKind): Written {
  const who = principal.roleArn ?? principal.userArn ?? principal.arn
  const named = principal.kind === 'federated' ? { Federated: who } : { AWS: who }
  return {
    Effect: 'Allow',
    ...((layer === 'trust' || layer === 'resource') && { Principal: named }),
    Action: action,
    ...(layer !== 'trust' && { Resource: resource }),
  }
}

/** The question and the layers with all candidates; undefined where a document is refused. */
function stateWith(
  combination: readonly Candidate[],
  { question, layers }: State,
  documents: ReadonlyMap<Policy, string>,
): State | undefined {
  const values = combination.flatMap(({ value }) => (value ? [value] : []))
  const dropped = new Set(combination.flatMap(({ drop }) => drop ?? []))
  const edits = Map.groupBy(
    combination.flatMap(({ edit }) => edit ?? []),
    ({ policy }) => policy,
  )
  const edited = new Map<Policy, readonly Policy[]>()
  for (const [policy, all] of edits) {
    const text = documentWith(
      documents.get(policy)!,
      all.map(({ edit }) => edit),
    )
    const parsed = text === undefined ? undefined : Policy.parse(policy.kind, policy.id, text, true)
    if (parsed && !parsed.ok) return undefined
    edited.set(policy, parsed ? [parsed.policy] : [])
  }
  const opened = combination.flatMap(({ open }) => open ?? [])
  const swap = (policies: readonly Policy[], layer: PolicyKind, level?: number) => [
    ...policies.flatMap((one) => (dropped.has(one) ? [] : (edited.get(one) ?? [one]))),
    ...(opened.some((one) => one.layer === layer && one.level === level)
      ? [allowing(layer, question)]
      : []),
  ]
  return {
    question: {
      ...question,
      context: new Map([
        ...question.context,
        ...values.map(([key, value]): [string, readonly string[]] => [key, [value]]),
      ]),
    },
    layers: mapped(layers, swap),
  }
}

/** A layer whose documents are not known allows what is asked. */
function allowing(layer: PolicyKind, question: Question): Policy {
  const document = { Version: '2012-10-17', Statement: [allowStatement(question, layer)] }
  const parsed = Policy.parse(layer, 'added', JSON.stringify(document), true)
  if (parsed.ok) return parsed.policy
  throw new Error(`a ${layer} policy of one statement is refused`)
}

function mapped(
  layers: Layers,
  swap: (policies: readonly Policy[], layer: PolicyKind, level?: number) => readonly Policy[],
): Layers {
  const { identity, resource, trust, boundary, session, serviceControl, resourceControl } = layers
  const levels = (layer: PolicyKind, all: readonly (readonly Policy[])[]) =>
    all.map((policies, level) => swap(policies, layer, level))
  return {
    identity: swap(identity, 'identity'),
    ...(resource && { resource: swap(resource, 'resource') }),
    ...(trust && { trust: swap(trust, 'trust') }),
    ...(boundary && { boundary: swap(boundary, 'boundary') }),
    ...(session && { session: levels('session', session) }),
    ...(serviceControl && { serviceControl: levels('service-control', serviceControl) }),
    ...(resourceControl && { resourceControl: levels('resource-control', resourceControl) }),
  }
}
