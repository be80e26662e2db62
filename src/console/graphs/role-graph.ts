import {
  explainVersion,
  type RoleGraphRequest,
  type RoleGraphResponse,
} from '../../aws/gatehouse/explain/explain-model.ts'
import { withQuery } from '../address.ts'
import type { AskContent, AskFieldShown } from '../ask-shown.ts'
import { badge, type Cell, chips, link, none } from '../cells.ts'
import { nameOf, partyCell, shortNameOf } from '../explain/parties-shown.ts'
import type { GraphShown } from '../explained.ts'
import { anyText, limitsOf, problemOf } from '../limits.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { refusedAnswer } from '../sign-in-side/mapping.ts'
import { words } from './words.ts'

const { graph: told } = words
const path = '/console/role-graph'
const members = { near: 'Near', name: 'Name', mark: 'Mark', marker: 'Marker' } as const
type Field = keyof typeof members
/** Principals that are named of a role; the others are counted. */
const mostNamed = 5

/** `/console/role-graph`: who trusts whom in the account. */
export const roleGraph = askPage({
  path,
  nav: { section: 'Explain', label: told.title, glyph: 'role' },
  crumb: told.title,
  calls: ['gatehouse:RoleGraph'],
  method: 'get',
  async read(call, request) {
    const { asked, problems } = askedOf(request)
    const form = formOf(request, problems)
    if (Object.keys(problems).length > 0) return { ...form, answers: [], status: 400 }
    try {
      const found = await call('gatehouse:RoleGraph', asked)
      return { ...form, answers: answersOf(found, request) }
    } catch (error) {
      return { ...form, answers: [], ...refusedAnswer(error, told.nothing) }
    }
  },
})

const limitsIn = (name: Field) => ({
  ...limitsOf('gatehouse:RoleGraph', members[name]),
  required: false,
})

function askedOf({ query }: PageRequest) {
  const problems: Partial<Record<Field, string>> = {}
  const typed = (name: Field) => {
    const value = query(name)?.trim() || undefined
    const problem = value === undefined ? undefined : problemOf(limitsIn(name), value)
    if (problem !== undefined) problems[name] = problem
    return value
  }
  const asked: RoleGraphRequest = {
    Version: explainVersion,
    Near: typed('near'),
    Name: typed('name'),
    Mark: typed('mark') as RoleGraphRequest['Mark'],
    Marker: typed('marker'),
  }
  return { asked, problems }
}

function formOf(
  { query }: PageRequest,
  problems: Partial<Record<Field, string>>,
): Omit<AskContent, 'kind' | 'method' | 'answers'> {
  const field = (name: Field, label: string, help?: string): AskFieldShown => ({
    ...{ name, label, help, control: { kind: 'line' }, limits: limitsIn(name) },
    ...{ value: query(name) ?? '', problem: problems[name] },
  })
  const options = Object.entries(told.marks).map(([value, said]) => ({ value, words: said }))
  return {
    title: told.title,
    says: told.says,
    fields: [
      field('near', told.near, told.nearHelp),
      field('name', told.name),
      { ...field('mark', told.mark), control: { kind: 'choice', options }, limits: anyText },
    ],
    more: [],
    button: told.button,
    empty: told.empty,
  }
}

function answersOf(found: RoleGraphResponse, request: PageRequest): readonly Section[] {
  const { Total, CrossAccount, DeadEnds, Near } = found
  const count = (many: number) => many.toLocaleString('en-GB')
  return [
    {
      kind: 'decision',
      tone: CrossAccount + DeadEnds > 0 ? 'warn' : 'implicit',
      title: told.totals(count(Total)),
      text: told.totalsText(count(CrossAccount), count(DeadEnds)),
    },
    ...(Near ? [pictureOf(Near, found)] : []),
    tableOf(found, request, count(found.Found)),
  ]
}

type Near = NonNullable<RoleGraphResponse['Near']>
type Kind = Near['Edges'][number]['Kind']
const outsiders: ReadonlySet<Kind> = new Set(['other-account', 'anyone'])

function pictureOf({ Principal, Edges, Cut }: Near, { Roles }: RoleGraphResponse): Section {
  const ends = new Set(Roles.flatMap(({ Arn, DeadEnd }) => (DeadEnd ? [Arn] : [])))
  const kinds = new Map<string, Kind>(Edges.map(({ From, Kind }) => [From, Kind]))
  for (const { To } of Edges) kinds.set(To, 'role')
  const ids = new Set([Principal, ...Edges.flatMap(({ From, To }) => [From, To])])
  const kindIn = (id: string): Kind => kinds.get(id) ?? 'role'
  const lookIn = (id: string): GraphShown['nodes'][number]['look'] => {
    if (id === Principal) return 'goal'
    return ['role', 'user'].includes(kindIn(id)) ? 'plain' : 'outside'
  }
  const subIn = (id: string) => (ends.has(id) ? told.deadEnd : told.kinds[kindIn(id)])
  const name = nameIn(Principal)
  return {
    kind: 'graph',
    title: told.picture(name),
    note: Cut ? told.cut : told.pictureNote,
    graph: {
      nodes: [...ids].map((id) => ({
        ...{ id, name: shortNameOf(id), whole: nameIn(id), sub: subIn(id), look: lookIn(id) },
      })),
      edges: Edges.map(({ From, To, Kind, Conditional }) => ({
        ...{ from: From, to: To, depends: Conditional, crosses: outsiders.has(Kind) },
      })),
    },
    words:
      Edges.length === 0
        ? [told.alone(name)]
        : Edges.map(({ From, To, Conditional }) =>
            told.trusts(nameIn(To), nameIn(From), Conditional),
          ),
  }
}

/** `arn:aws:iam::111122223333:root` stays: it names an account. */
function nameIn(principal: string): string {
  return principal.endsWith(':root') ? principal : nameOf(principal)
}

function tableOf(
  { Roles, Marker }: RoleGraphResponse,
  { query }: PageRequest,
  found: string,
): Section {
  const { heads } = told
  const [near, name, mark] = [query('near'), query('name'), query('mark')]
  return {
    kind: 'rows',
    title: told.table,
    note: told.found(found),
    heads: [
      { head: heads.role },
      { head: heads.by },
      { head: heads.marks, width: 'desk' },
      { head: told.around, width: 'wide' },
    ],
    rows: Roles.map((role) => [
      partyCell(role.Arn),
      trustsCell(role),
      marksCell(role),
      link(told.around, withQuery(path, { near: nameOf(role.Arn) })),
    ]),
    empty: told.empty,
    links: [
      ...(query('marker')
        ? [{ text: told.first, href: withQuery(path, { near, name, mark }) }]
        : []),
      ...(Marker
        ? [{ text: told.next, href: withQuery(path, { near, name, mark, marker: Marker }) }]
        : []),
    ],
  }
}

type Role = RoleGraphResponse['Roles'][number]

function trustsCell({ Trusts, More }: Role): Cell {
  if (Trusts.length === 0) return none(told.none)
  const named = Trusts.map(({ Principal, Gone }) =>
    Gone ? told.gone(nameIn(Principal)) : nameIn(Principal),
  )
  const left = named.length - mostNamed + More
  return chips(left > 0 ? [...named.slice(0, mostNamed), told.more(left)] : named)
}

function marksCell({ DeadEnd, CrossAccount }: Role): Cell {
  if (DeadEnd) return badge(told.deadEnd, 'warn')
  return CrossAccount ? badge(told.crossAccount, 'warn') : none('–')
}
