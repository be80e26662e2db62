import { type SessionShape, sessionVersion } from '../../aws/gatehouse/sessions/session-model.ts'
import { addressOf } from '../address.ts'
import { type Cell, code, link, text, time } from '../cells.ts'
import { type Limits, limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { words } from './words.ts'

const { sessions: told, kinds } = words
const rowsOnPage = 50
const rowsOfFile = 1000

const limitsOfKind: Limits = limitsOf('gatehouse:ListSessions', 'Kind')
const options = [
  { value: '', words: told.any },
  ...Object.entries(kinds).map(([value, named]) => ({ value, words: named })),
]

/** `/console/sessions`: who is signed in, where, since when. */
export const sessions = listPage({
  path: '/console/sessions',
  nav: { section: 'Sign-in', label: told.title, glyph: 'user' },
  crumb: told.title,
  calls: ['gatehouse:ListSessions'],
  title: told.title,
  says: told.says,
  noun: told.noun,
  orderOf: () => told.order,
  empty: told.empty,
  marker: limitsOf('gatehouse:ListSessions', 'Marker'),
  filters: [
    {
      name: 'person',
      label: told.filters.person,
      limits: limitsOf('gatehouse:ListSessions', 'Person'),
    },
    { name: 'kind', label: told.filters.kind, limits: limitsOfKind, options },
  ],
  async read(call, { filters, marker, isWhole }) {
    const { Sessions, Marker } = await call('gatehouse:ListSessions', {
      Version: sessionVersion,
      Person: filters.person,
      Kind: filters.kind as SessionShape['Kind'] | undefined,
      Marker: marker,
      MaxItems: isWhole ? rowsOfFile : rowsOnPage,
    })
    return { rows: Sessions, marker: Marker }
  },
  columns: [
    {
      head: told.heads.who,
      cell: (one) => link(one.Person, addressTo('/console/sessions/:session', one), one.Connector),
    },
    { head: told.heads.where, cell: whereCell },
    { head: told.heads.since, width: 'desk', cell: ({ Since }) => time(new Date(Since)) },
    { head: told.heads.seen, width: 'desk', cell: ({ LastSeen }) => time(new Date(LastSeen)) },
    { head: told.heads.from, width: 'wide', cell: ({ LastAddress }) => code(LastAddress) },
    { head: told.heads.until, width: 'wide', cell: ({ Until }) => time(new Date(Until)) },
    { head: told.heads.program, isOfFile: true, cell: ({ Program }) => text(Program) },
    {
      head: told.heads.end,
      width: 'desk',
      cell: (one) => link(told.end, addressTo('/console/sessions/:session/end', one)),
    },
  ],
})

/** The address of a page about a session. */
export function addressTo(path: string, { SessionId: session }: Pick<SessionShape, 'SessionId'>) {
  return addressOf(path, { session })
}

/** `Console`, and as whom; `App`, and which. */
export function whereCell({ Kind, Arn, App }: SessionShape): Cell {
  const acting = Arn?.split(':').slice(5).join(':')
  return text(kinds[Kind], acting ?? App)
}
