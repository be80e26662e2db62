import type { Facet as FoundFacet } from '../../audit/index/search.ts'
import { actionOf, outcomeOf, type TrailEvent } from '../../audit/index/terms.ts'
import { badge, type Cell, code, exactTime, link, none, text } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import type { Facet } from '../list.ts'
import { listPage } from '../page.ts'
import { eventAddress } from './event-address.ts'
import { resourceOf, roleOf, whoOf } from './event-facts.ts'
import { askedBy, filters } from './filters.ts'
import { words } from './words.ts'

const { audit: told } = words
const rowsOnPage = 50
const rowsOfFile = 1000

/** `/console/audit`: events of the account, searched and counted. */
export const audit = listPage({
  path: '/console/audit',
  nav: { section: 'Explain', label: told.title, glyph: 'audit' },
  crumb: told.title,
  calls: ['gatehouse:LookupEvents'],
  title: told.title,
  says: told.says,
  noun: told.noun,
  orderOf: () => told.order,
  empty: told.empty,
  marker: limitsOf('gatehouse:LookupEvents', 'Marker'),
  filters,
  async read(call, { filters: filled, marker, isWhole = false, request }) {
    const isFirst = marker === undefined && !isWhole
    const { Events, Marker, Facets, Counted, Behind } = await call('gatehouse:LookupEvents', {
      ...askedBy(filled, request.facts.now),
      Marker: marker,
      MaxItems: isWhole ? rowsOfFile : rowsOnPage,
      Facets: isFirst,
    })
    const notes = [
      ...(Behind > 0 ? [told.behind(Math.ceil(Behind / 1_000_000))] : []),
      ...(Marker !== undefined && Counted > 0
        ? [told.counted(Counted.toLocaleString('en-GB'))]
        : []),
    ]
    return {
      rows: Events,
      marker: Marker,
      note: notes.length > 0 ? notes.join(' ') : undefined,
      facets: facetsOf(Facets),
    }
  },
  columns: [
    {
      head: told.heads.action,
      cell: (event) => link(actionOf(event), eventAddress(event), shortened(resourceOf(event))),
    },
    { head: told.heads.time, width: 'desk', cell: ({ eventTime }) => exactTime(at(eventTime)) },
    { head: told.heads.who, cell: (event) => text(whoOf(event) ?? told.nobody, roleOf(event)) },
    { head: told.heads.outcome, width: 'desk', cell: outcomeCell },
    { head: told.heads.from, width: 'wide', cell: ({ sourceIPAddress }) => plain(sourceIPAddress) },
    ...fileColumns(),
  ],
})

const at = (eventTime: string) => new Date(eventTime)

/** What became of an event; of a refusal, its code. */
export function outcomeCell(event: TrailEvent): Cell {
  const { tone, text: said } = words.outcomes[outcomeOf(event)]
  return badge(event.errorCode ?? said, tone)
}

function plain(value: string | undefined): Cell {
  return value === undefined ? none('–') : code(value)
}

const mostCharacters = 120

function shortened(value: string | undefined): string | undefined {
  return value !== undefined && value.length > mostCharacters
    ? `${value.slice(0, mostCharacters)}…`
    : value
}

/** What an event has besides, for whoever goes on with a file. */
function fileColumns() {
  const { heads } = told
  const of = (head: string, value: (event: TrailEvent) => string | undefined) => ({
    head,
    isOfFile: true as const,
    cell: (event: TrailEvent): Cell => text(value(event) ?? ''),
  })
  return [
    of(heads.role, roleOf),
    of(heads.resource, resourceOf),
    of(heads.source, ({ eventSource }) => eventSource),
    of(heads.principal, ({ userIdentity }) => userIdentity?.arn),
    of(heads.key, ({ userIdentity }) => userIdentity?.accessKeyId),
    of(heads.error, ({ errorCode }) => errorCode),
    of(heads.message, ({ errorMessage }) => errorMessage),
    of(heads.program, ({ userAgent }) => userAgent),
    of(heads.request, ({ requestID }) => requestID),
    of(heads.event, ({ eventID }) => eventID),
  ]
}

const facetKinds = ['outcome', 'person', 'action', 'role', 'error', 'source', 'address'] as const

function facetsOf(found: readonly FoundFacet[]): readonly Facet[] {
  return facetKinds.flatMap((kind) => {
    const values = found
      .filter((one) => one.kind === kind)
      .map(({ text: value, count }) => ({ value, count, words: wordsOf(kind, value) }))
    return values.length === 0 ? [] : [{ filter: kind, title: told.facets[kind], values }]
  })
}

function wordsOf(kind: (typeof facetKinds)[number], value: string): string | undefined {
  if (kind === 'outcome') return words.outcomes[value as keyof typeof words.outcomes]?.text
  return kind === 'source' ? words.sources[value] : undefined
}
