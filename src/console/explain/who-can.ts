import {
  explainVersion,
  type WhoCanRequest,
  type WhoCanResponse,
} from '../../aws/gatehouse/explain/explain-model.ts'
import { withQuery } from '../address.ts'
import type { AskContent, AskFieldShown } from '../ask-shown.ts'
import { CallRefusal, isDenial } from '../call.ts'
import { badge, type Cell, chips, link, none, text } from '../cells.ts'
import { words as graphWords } from '../graphs/words.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { kindOf, partyCell } from './parties-shown.ts'
import { textLimits } from './simulated-question.ts'
import { personAnswer } from './who-can-person.ts'
import { pictureOf } from './who-can-picture.ts'
import { words } from './words.ts'

const { whoCan: told } = words
const { person } = graphWords

/** `/console/who-can`: who can do something, and by which roles; or what somebody reaches. */
export const whoCan = askPage({
  path: '/console/who-can',
  nav: { section: 'Explain', label: told.title, glyph: 'who' },
  crumb: told.title,
  calls: ['gatehouse:WhoCan', 'gatehouse:EvaluateMapping'],
  needs: ['gatehouse:WhoCan'],
  method: 'get',
  async read(call, request) {
    const asked = askedOf(request)
    const form = formOf(request)
    const person = personIn(request)
    if (person) return { ...form, ...(await personAnswer(call, person, asked)) }
    if (!asked) return { ...form, answers: [] }
    try {
      return { ...form, answers: sectionsOf(asked, await call('gatehouse:WhoCan', asked)) }
    } catch (error) {
      if (!(error instanceof CallRefusal) || isDenial(error) || error.fault.status >= 500)
        throw error
      const { fault, reference } = error
      const problem = { title: told.nothing, next: fault.message, reference }
      return { ...form, answers: [], status: fault.status, problem }
    }
  },
})

function askedOf({ query }: PageRequest): WhoCanRequest | undefined {
  const value = (name: string) => query(name)?.trim() || undefined
  const [From, Action, Resource] = [value('from'), value('action'), value('resource')]
  if (From !== undefined) return { Version: explainVersion, From }
  if (Action === undefined) return undefined
  const Context = (value('context') ?? '').split('\n').flatMap((line) => {
    const [, Key, Value] = /^\s*([^\s=]+:[^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    return Key === undefined || Value === undefined ? [] : [{ Key, Values: [Value] }]
  })
  return { Version: explainVersion, Action, Resource: Resource ?? '*', Context }
}

function personIn({ query }: PageRequest) {
  const [connector, subject] = [query('connector')?.trim(), query('subject')?.trim()]
  return connector || subject ? { connector: connector ?? '', subject: subject ?? '' } : undefined
}

function formOf({ query }: PageRequest): Omit<AskContent, 'kind' | 'method' | 'answers'> {
  const field = (name: string, label: string, help?: string, rows?: number): AskFieldShown => ({
    name,
    label,
    help,
    control: rows === undefined ? { kind: 'line' } : { kind: 'lines', rows },
    limits: textLimits(2048),
    value: query(name) ?? '',
  })
  return {
    title: told.title,
    says: told.says,
    fields: [
      field('action', told.action, told.actionHelp),
      field('resource', told.resource, told.resourceHelp),
    ],
    more: [
      {
        title: told.context,
        fields: [field('context', told.context, words.simulator.contextHelp, 3)],
      },
      { title: told.from, fields: [field('from', told.fromGroup, told.fromHelp)] },
      {
        title: person.group,
        fields: [
          field('connector', person.connector, person.connectorHelp),
          field('subject', person.subject, person.subjectHelp),
        ],
      },
    ],
    button: told.button,
    empty: told.empty,
  }
}

function sectionsOf(asked: WhoCanRequest, found: WhoCanResponse): readonly Section[] {
  const { Direct, Edges, Outside, Rules } = found
  const isDrawn = Edges.length + Outside.length + Rules.length > 0
  const picture = isDrawn ? [pictureOf(asked, found)] : []
  if (asked.From !== undefined) return [reachOf(asked.From, found), ...picture]
  return [decisionOf(found), ...(Direct.length > 0 ? [tableOf(asked, found)] : []), ...picture]
}

function decisionOf({ Direct, Count, Asked, Cut }: WhoCanResponse): Section {
  const more = Cut === undefined ? '' : told.cut[Cut]
  const sure = Direct.filter(({ Can }) => Can === 'yes').length
  return Count === 0
    ? {
        kind: 'decision',
        tone: 'implicit',
        title: told.nobody,
        text: told.nobodyText(Asked) + more,
      }
    : {
        kind: 'decision',
        tone: sure > 0 ? 'allow' : 'warn',
        title: told.some(Count),
        text: told.someText(Asked, sure) + more,
      }
}

function reachOf(from: string, { Edges, Cut }: WhoCanResponse): Section {
  const more = Cut === undefined ? '' : told.cut[Cut]
  return {
    kind: 'decision',
    tone: Edges.length > 0 ? 'allow' : 'implicit',
    title: told.reach(Edges.length),
    text: (Edges.length > 0 ? told.reachText(from) : told.reachNone(from)) + more,
  }
}

function tableOf(
  { Action = '', Resource = '*' }: WhoCanRequest,
  { Direct }: WhoCanResponse,
): Section {
  const { heads } = told
  return {
    kind: 'rows',
    title: told.table,
    note: told.tableNote,
    heads: [
      { head: heads.who },
      { head: heads.answer },
      { head: heads.by, width: 'desk' },
      { head: heads.onlyIf, width: 'wide' },
      { head: told.explain },
    ],
    rows: Direct.map(({ Arn, Can, Because, DependsOn, MissingContext }): readonly Cell[] => [
      partyCell(Arn),
      Can === 'yes' ? badge(told.can, 'allow') : badge(told.canIf, 'warn'),
      Because.length > 0 ? text(Because.join('; ')) : none('–'),
      conditionCell(Can, DependsOn, MissingContext),
      explainCell(Arn, Action, Resource),
    ]),
    empty: '',
  }
}

function conditionCell(
  can: 'yes' | 'depends',
  dependsOn: string | undefined,
  keys: readonly string[],
): Cell {
  if (can === 'yes') return none(told.always)
  return dependsOn === undefined ? chips(keys) : text(told.needsGiven)
}

function explainCell(principal: string, actions: string, resource: string): Cell {
  if (kindOf(principal) === 'root') return none('–')
  const resources = resource === '*' ? undefined : resource
  return link(told.explain, withQuery('/console/simulator', { principal, actions, resources }))
}
