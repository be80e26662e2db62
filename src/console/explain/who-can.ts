import {
  explainVersion,
  type WhoCanRequest,
  type WhoCanResponse,
} from '../../aws/gatehouse/explain/explain-model.ts'
import { parseArn } from '../../kernel/arn.ts'
import { addressOf, withQuery } from '../address.ts'
import { CallRefusal, isDenial } from '../call.ts'
import type { GraphShown } from '../explained.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import {
  type AskContent,
  type AskFieldShown,
  badge,
  type Cell,
  chips,
  link,
  none,
  type Section,
  text,
} from '../shown.ts'
import { textLimits } from './simulated-question.ts'
import { words } from './words.ts'

const { whoCan: told } = words

/** Nodes that a picture can show and a person can read. */
const mostNodes = 60

/** `/console/who-can`: who can do something, and by which roles; or what somebody reaches. */
export const whoCan = askPage({
  path: '/console/who-can',
  nav: { section: 'Explain', label: told.title, glyph: 'who' },
  crumb: told.title,
  calls: ['gatehouse:WhoCan'],
  method: 'get',
  async read(call, request) {
    const asked = askedOf(request)
    const form = formOf(request)
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
    ],
    button: told.button,
    empty: told.empty,
  }
}

function sectionsOf(asked: WhoCanRequest, found: WhoCanResponse): readonly Section[] {
  const { Direct, Edges, Outside } = found
  const picture = Edges.length > 0 || Outside.length > 0 ? [pictureOf(asked, found)] : []
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

type Kind = keyof typeof told.kinds | 'outside'

function kindOf(arn: string): Kind {
  const { service, resource = '' } = parseArn(arn) ?? {}
  const [kind = ''] = resource.split('/')
  return service === 'iam' && Object.hasOwn(told.kinds, kind) ? (kind as Kind) : 'outside'
}

function nameOf(arn: string): string {
  return kindOf(arn) === 'outside' ? arn : (arn.split('/').at(-1) ?? arn)
}

/** What it is, for people: an outsider is one of another account, a service or a provider. */
function subOf(arn: string): string {
  const kind = kindOf(arn)
  return kind === 'outside' ? told.outside : told.kinds[kind]
}

function hrefOf(arn: string): string | undefined {
  const kind = kindOf(arn)
  if (kind !== 'user' && kind !== 'role') return undefined
  return addressOf(`/console/${kind}s/:name`, { name: nameOf(arn) })
}

function partyCell(arn: string): Cell {
  const href = hrefOf(arn)
  return href === undefined ? text(nameOf(arn), subOf(arn)) : link(nameOf(arn), href, subOf(arn))
}

function lookOf(
  arn: string,
  goals: ReadonlySet<string>,
  outside: ReadonlySet<string>,
): GraphShown['nodes'][number]['look'] {
  if (outside.has(arn)) return 'outside'
  return goals.has(arn) ? 'goal' : 'plain'
}

/** The ways as a picture, with the same in words; a role that nobody takes is a dead end. */
function pictureOf(asked: WhoCanRequest, { Direct, Edges, Outside }: WhoCanResponse): Section {
  const goals = new Set(Direct.map(({ Arn }) => Arn))
  const outside = new Set(Outside.map(({ Principal }) => Principal))
  const ids = new Set([
    ...Direct.filter(({ Arn }) => kindOf(Arn) === 'role').map(({ Arn }) => Arn),
    ...Edges.flatMap(({ From, To }) => [From, To]),
    ...Outside.flatMap(({ Principal, To }) => [Principal, To]),
  ])
  const taken = new Set([...Edges.map(({ To }) => To), ...Outside.map(({ To }) => To)])
  const ends = [...ids].filter(
    (arn) => kindOf(arn) === 'role' && !taken.has(arn) && asked.From === undefined,
  )
  const lines = [
    ...Edges.map(({ From, To, Can }) => told.takes(nameOf(From), nameOf(To), Can === 'depends')),
    ...Outside.map(({ Principal, To }) => told.trusts(nameOf(To), Principal)),
    ...ends.map((arn) => told.deadEnd(nameOf(arn))),
  ]
  if (ids.size > mostNodes)
    return {
      kind: 'rows',
      title: told.picture,
      note: told.tooLarge(ids.size),
      heads: [{ head: told.picture }],
      rows: lines.map((line) => [text(line)]),
      empty: '',
    }
  const graph: GraphShown = {
    nodes: [...ids].map((id) => ({
      id,
      name: nameOf(id),
      sub: outside.has(id) ? told.outside : subOf(id),
      look: lookOf(id, goals, outside),
    })),
    edges: [
      ...Edges.map(({ From, To, Can }) => ({ from: From, to: To, depends: Can === 'depends' })),
      ...Outside.map(({ Principal, To }) => ({ from: Principal, to: To, depends: true })),
    ],
  }
  return { kind: 'graph', title: told.picture, note: told.pictureNote, graph, words: lines }
}
