import { actionOf, type TrailEvent } from '../../audit/index/terms.ts'
import type { ExplainAccessResponse } from '../../aws/gatehouse/explain/explain-model.ts'
import { addressOf } from '../address.ts'
import { type Cell, code, link, text, time } from '../cells.ts'
import type { Section, Station } from '../shown.ts'
import { traceShown } from './trace-shown.ts'
import { words } from './words.ts'

const { why: told } = words
const { lines, steps, terms: labels } = told

interface Known {
  readonly event: TrailEvent
  /** The event of the call that gave the session. */
  readonly issued: TrailEvent | undefined
  /** How the engine decides it today. */
  readonly now: ExplainAccessResponse | undefined
}

interface Because {
  readonly policy?: string
  readonly statement?: number
  readonly sid?: string
  readonly layer?: string
}

/** The stations from the identity to the decision, as far as the event tells them. */
export function roadSection(known: Known): Section {
  const stops = stopOf(known.event)
  const stations = [identity, rule, role, trust, layers, decision].map((station, i) => {
    const drawn = station(known)
    const isReached = i < stops || i === ends
    const state = i === stops ? 'stop' : 'off'
    return { ...drawn, state: isReached ? drawn.state : state, open: i === stops }
  })
  return { kind: 'road', title: told.road, stations }
}

const ends = 5

/** The number of the station where the call ended. */
function stopOf({ errorCode, additionalEventData }: TrailEvent): number {
  const chain = additionalEventData?.gatehouse ?? {}
  if (errorCode === undefined) return ends
  if (chain.decision && chain.decision.effect !== 'allow')
    return chain.decision.blockedBy === 'trust' ? 3 : 4
  if (chain.outcomes) return chain.outcomes.some(({ result }) => result === 'granted') ? 3 : 1
  if (chain.identity === undefined && chain.session === undefined) return 0
  return ends
}

type Drawn = Omit<Station, 'open'>

const chainOf = ({ additionalEventData }: TrailEvent) => additionalEventData?.gatehouse ?? {}

function present(rows: readonly (readonly [string, string | undefined])[]) {
  return rows.flatMap(([label, value]): [string, Cell][] =>
    value === undefined || value === '' ? [] : [[label, text(value)]],
  )
}

function identity({ event, issued }: Known): Drawn {
  const chain = { ...chainOf(issued ?? event), ...chainOf(event) }
  const { identity: person, connector, samlProvider } = chain
  const { userIdentity: who = {} } = event
  const voucher = samlProvider ?? connector
  const user = who.sessionContext === undefined ? lines.longTerm : lines.ownSession
  const unproved = who.userName === undefined ? lines.nobody : user
  const own = who.type === 'Root' ? lines.root : unproved
  return {
    state: person || who.arn ? 'open' : 'off',
    step: steps.identity,
    name: person?.username ?? who.userName ?? who.arn ?? lines.nobody,
    line: voucher === undefined ? own : lines.identity(voucher),
    terms: present([
      [labels.connector, voucher],
      [labels.subject, person?.subject],
      [labels.strength, person?.strength],
      [labels.account, who.accountId],
      [labels.key, who.accessKeyId],
    ]),
  }
}

function rule({ event, issued }: Known): Drawn {
  const { rule: named = chainOf(issued ?? event).rule, outcomes = [] } = chainOf(event)
  const refused = outcomes.length > 0 ? lines.refusedRules(outcomes.length) : lines.noRule
  return {
    state: named === undefined ? 'off' : 'open',
    step: steps.rule,
    name: named ?? '–',
    line: named === undefined ? refused : lines.rule,
    terms: outcomes.map(({ rule: one, result, reason }) => [one, text(result, reason)]),
  }
}

function role({ event }: Known): Drawn {
  const { role: named, session } = chainOf(event)
  const issuer = event.userIdentity?.sessionContext?.sessionIssuer
  const name = issuer?.type === 'Role' ? issuer.userName : named
  return {
    state: name === undefined ? 'off' : 'open',
    step: steps.role,
    name: name ?? '–',
    line: name === undefined ? lines.noRole : lines.role(session ?? '–'),
    terms: [
      ...(name === undefined
        ? []
        : [
            [
              words.why.steps.role.slice(2),
              link(name, addressOf('/console/roles/:name', { name })),
            ] as const,
          ]),
      ...present([[labels.arn, event.userIdentity?.arn]]),
    ],
  }
}

function trust({ event, issued }: Known): Drawn {
  const from = issued ?? (chainOf(event).decision?.because.some(isTrust) ? event : undefined)
  const statement = from && (chainOf(from).decision?.because as readonly Because[])?.find(isTrust)
  const isSession = event.userIdentity?.sessionContext?.sessionIssuer !== undefined
  const unknown = isSession ? lines.trustUnknown : lines.noRole
  const named = statement && shortName(statement)
  return {
    state: named === undefined ? 'off' : 'open',
    step: steps.trust,
    name: named ?? '–',
    line: named === undefined ? unknown : lines.trust,
    terms: from
      ? [
          [labels.time, time(new Date(from.eventTime))],
          [labels.action, code(actionOf(from))],
          ...present([[labels.from, from.sourceIPAddress]]),
        ]
      : [],
  }
}

const isTrust = (one: unknown): boolean => (one as Because).layer === 'trust'

function shortName({ sid, statement = 0 }: Because): string {
  return sid ?? words.statement(statement + 1)
}

function statementName(because: Because): string {
  return `${because.policy ?? ''}, ${shortName(because)}`
}

function layers({ event, now }: Known): Drawn {
  const { decision: made } = chainOf(event)
  const because = (made?.because ?? []) as readonly Because[]
  const blocked = made?.blockedBy as keyof typeof words.layers | undefined
  const recorded = blocked
    ? words.decisions['implicit-deny'](words.layers[blocked])
    : because.map(statementName).join('; ')
  const trace = now?.Trace
  return {
    state: made === undefined ? 'off' : 'open',
    step: steps.layers,
    name: made === undefined ? '–' : words.effects[made.effect as 'allow'].text,
    line: made === undefined ? lines.noLayers : lines.layersThen(recorded),
    terms: [],
    ...(trace && { layers: traceShown(trace.Explanation, trace.Policies) }),
  }
}

function decision({ event }: Known): Drawn {
  const { errorCode, errorMessage } = event
  const { detail } = chainOf(event)
  return {
    state: errorCode === undefined ? 'open' : 'stop',
    step: steps.decision,
    name: errorCode === undefined ? told.allowed : told.refused,
    line: errorCode === undefined ? lines.success : lines.decision(errorCode),
    terms: present([[told.recorded, detail]]),
    said: errorMessage,
  }
}

/** Facts of the request, beside the road. */
export function eventSection(event: TrailEvent): Section {
  const { decision: made, reference } = chainOf(event)
  const question = made?.question
  const row = (label: string, cell: Cell | undefined) => (cell ? [[label, cell] as const] : [])
  return {
    kind: 'terms',
    title: told.event,
    terms: [
      ...row(labels.action, code(question?.action ?? actionOf(event))),
      ...row(labels.resource, question && code(question.resource)),
      ...row(labels.time, time(new Date(event.eventTime))),
      ...present([
        [labels.who, event.userIdentity?.arn],
        [labels.from, event.sourceIPAddress],
        [labels.program, event.userAgent],
        [labels.error, event.errorCode],
        [labels.reference, reference],
        [labels.requestId, event.requestID],
        [labels.eventId, event.eventID],
      ]),
    ],
  }
}
