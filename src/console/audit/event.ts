import { actionOf, outcomeOf, type TrailEvent } from '../../audit/index/terms.ts'
import { explainVersion } from '../../aws/gatehouse/explain/explain-model.ts'
import { addressOf, withQuery } from '../address.ts'
import { badge } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import type { Action, Section } from '../shown.ts'
import { audit, outcomeCell } from './audit.ts'
import { chainOf, statementsOf, whoOf } from './event-facts.ts'
import { parameterSections, whatSection, whoSection } from './event-parts.ts'
import { words } from './words.ts'

const told = words.event

type Question = NonNullable<NonNullable<ReturnType<typeof chainOf>['decision']>['question']>

/** Everything that came from the sign-in of an event. */
export const treePath = '/console/audit/:event/sign-in'

/** `/console/audit/EVENT`: one event, by its id, its request's id or its reference. */
export const event = detailPage({
  path: '/console/audit/:event',
  params: { event: { ...limitsOf('gatehouse:LookupEvents', 'Token'), required: true } },
  under: audit,
  crumb: ({ event: id = '' }) => id,
  calls: ['gatehouse:LookupEvents'],
  async read(call, { params: { event: token = '' } }) {
    const { Events, Behind } = await call('gatehouse:LookupEvents', {
      Version: explainVersion,
      Token: token,
    })
    const found = Events.find(({ eventID }) => eventID === token) ?? Events[0]
    return found ? contentOf(found) : missing(Behind)
  },
})

/** What the page shows where no event is found. */
function missing(behind: number) {
  const text = behind > 0 ? words.audit.behind(Math.ceil(behind / 1_000_000)) : told.missingText
  const section: Section = { kind: 'decision', tone: 'warn', title: told.missing, text }
  const actions = [{ text: words.audit.title, href: audit.path }]
  return { title: told.nothing, actions, main: [section], aside: [], status: 404 as const }
}

function contentOf(found: TrailEvent) {
  const { tone, text } = words.outcomes[outcomeOf(found)]
  const who = whoOf(found)
  return {
    title: actionOf(found),
    says: who,
    badges: [badge(text, tone), ...(found.errorCode === undefined ? [] : [outcomeCell(found)])],
    actions: waysFrom(found),
    main: [
      ...decisionOf(found),
      whatSection(found),
      ...parameterSections(found),
      ...becauseOf(found),
      ...rulesOf(found),
      recordOf(found),
    ],
    aside: [whoSection(found)],
  }
}

function waysFrom(found: TrailEvent): readonly Action[] {
  const { userIdentity: { accessKeyId: key } = {}, eventID } = found
  const question = chainOf(found).decision?.question
  return [
    { text: told.why, href: withQuery('/console/why', { event: eventID }) },
    ...(question
      ? [
          { text: told.simulate, href: simulatorAddress(found, question) },
          {
            text: told.whoCan,
            href: withQuery('/console/who-can', {
              action: question.action,
              resource: question.resource,
            }),
          },
        ]
      : []),
    ...(key === undefined ? [] : [{ text: told.session, href: withQuery(audit.path, { key }) }]),
    ...(key === undefined && chainOf(found).signIn === undefined
      ? []
      : [{ text: told.signIn, href: addressOf(treePath, { event: eventID }) }]),
  ]
}

const mostInAddress = 4096

/** The same question for the simulator, with as many condition keys as an address takes. */
function simulatorAddress(found: TrailEvent, { action, resource, context }: Question): string {
  const lines: string[] = []
  for (const [key, values] of Object.entries(context))
    for (const value of values) {
      const line = `${key} = ${value}`
      const isPlain = !/[\r\n]/.test(line) && !/^aws:(?:username|userid|principal)/i.test(key)
      if (isPlain && lines.join('\n').length + line.length < mostInAddress) lines.push(line)
    }
  return withQuery('/console/simulator', {
    principal: found.userIdentity?.arn,
    actions: action,
    resources: resource,
    context: lines.join('\n'),
  })
}

function decisionOf(found: TrailEvent): readonly Section[] {
  const { errorCode, errorMessage } = found
  const effect = chainOf(found).decision?.effect
  const statements = statementsOf(found)
  const by = statements.map(({ policy = '', sid, statement = 0 }) =>
    [policy, sid ?? `${statement + 1}`].filter(Boolean).join(', '),
  )
  const because = by.length > 0 ? told.by(by.join('; ')) : ''
  if (errorCode === undefined)
    return because === ''
      ? []
      : [{ kind: 'decision', tone: 'allow', title: words.outcomes.allowed.text, text: because }]
  const text = [errorMessage?.replace(/[.]?$/, '.') ?? '', because].filter(Boolean).join(' ')
  const tone = effect === 'implicit-deny' ? 'implicit' : toneOf(found)
  return [{ kind: 'decision', tone, title: errorCode, text }]
}

function toneOf(found: TrailEvent): 'deny' | 'warn' {
  return outcomeOf(found) === 'denied' ? 'deny' : 'warn'
}

function becauseOf(found: TrailEvent): readonly Section[] {
  const statements = statementsOf(found)
  const { becauseHeads: heads } = told
  if (statements.length === 0) return []
  return [
    {
      kind: 'rows',
      title: told.because,
      heads: [{ head: heads.policy }, { head: heads.statement }, { head: heads.layer }],
      rows: statements.map(({ layer = '', policy = '', statement = 0, sid }) => [
        { kind: 'text', text: policy },
        { kind: 'text', text: sid ?? String(statement + 1) },
        { kind: 'text', text: layer },
      ]),
      empty: '',
    },
  ]
}

/** The verdicts of the mapping, which sign-ins without a role have. */
function rulesOf(found: TrailEvent): readonly Section[] {
  const { outcomes = [] } = chainOf(found)
  const { rulesHeads: heads } = told
  if (outcomes.length === 0) return []
  return [
    {
      kind: 'rows',
      title: told.rules,
      heads: [{ head: heads.rule }, { head: heads.result }, { head: heads.reason }],
      rows: outcomes.map(({ rule, result, reason }) => [
        { kind: 'text', text: rule },
        { kind: 'text', text: result },
        { kind: 'text', text: reason },
      ]),
      empty: '',
    },
  ]
}

function recordOf(found: TrailEvent): Section {
  const text = JSON.stringify(found)
  return { kind: 'document', title: told.record, note: told.recordNote, text }
}
