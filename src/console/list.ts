import { withQuery } from './address.ts'
import type { Action, Call } from './call.ts'
import type { Cell } from './cells.ts'
import { fileOf, formatOf, formats, type Table } from './download.ts'
import type { FacetShown, FilterShown } from './filters-shown.ts'
import { type Limits, problemOf } from './limits.ts'
import type { PageRequest } from './request.ts'
import type { FileContent, Head, ListContent, Action as Way } from './shown.ts'
import { words } from './words.ts'

export interface Filter {
  readonly name: string
  readonly label: string
  readonly limits: Limits
  /** The values to choose from, the first of which is not filtering; absent: free text. */
  readonly options?: FilterShown['options']
  readonly isDay?: true | undefined
  readonly isMore?: true | undefined
  /** Converts what people type to what the operation accepts. */
  readonly tidy?: ((text: string) => string) | undefined
}

/** `-`: descending. */
export const listOrders = ['name', '-name', 'created', '-created'] as const
export type ListOrder = (typeof listOrders)[number]

export interface ListRequest {
  /** The values of the filters; absent: not filtered. */
  readonly filters: Readonly<Record<string, string | undefined>>
  /** The opaque marker that the page before returned. */
  readonly marker: string | undefined
  readonly order: ListOrder
  /** As many rows as one call answers are wanted, for a file. */
  readonly isWhole?: boolean | undefined
  readonly request: PageRequest
}

export interface Read<Row> {
  readonly rows: readonly Row[]
  readonly marker: string | undefined
  /** Enough was looked at before the page was full. */
  readonly cut?: boolean | undefined
  readonly note?: string | undefined
  readonly facets?: readonly Facet[] | undefined
}

interface Column<Row> extends Pick<Head, 'head' | 'width'> {
  /** What the list is in order of when it is in order of this column. */
  readonly by?: 'name' | 'created' | undefined
  readonly cell: (row: Row, request: PageRequest) => Cell
  /** Files have it, and the page has not. */
  readonly isOfFile?: true | undefined
}

/** How often the values of a filter occur in what was found. */
export interface Facet {
  /** The filter's name. */
  readonly filter: string
  readonly title: string
  readonly values: readonly {
    readonly value: string
    readonly words?: string | undefined
    readonly count: number
  }[]
}

export interface ListRules<A extends Action, Row> {
  readonly title: string
  readonly says: string
  readonly noun: { readonly one: string; readonly many: string }
  readonly filters: readonly Filter[]
  /** The limits of the operation's own marker. */
  readonly marker: Limits
  /** The message when the list is empty. */
  readonly empty: string
  /** What can be made here. */
  readonly actions?: readonly Way[] | undefined
  /** Where rows that are chosen are changed together. */
  readonly choose?:
    | { readonly to: string; readonly button: string; valueOf(row: Row): string }
    | undefined
  readonly columns: readonly Column<Row>[]
  /** Says the order of the rows; absent: by name. */
  readonly orderOf?: ((filters: ListRequest['filters']) => string) | undefined
  /** A file that holds the list in a form of its own, where the address asks for it. */
  original?(call: Call<A>, request: PageRequest): Promise<FileContent | undefined>
  read(call: Call<A>, asked: ListRequest): Promise<Read<Row>>
}

/** Requests one page. When a filter can't be valid, calls nothing and says what is expected. */
export async function readList<A extends Action, Row>(
  page: ListRules<A, Row> & { readonly path: string },
  call: Call<A>,
  request: PageRequest,
): Promise<ListContent | FileContent> {
  const filters = page.filters.map((filter) => filterShown(filter, request))
  const marker = request.query('marker') || undefined
  const query = Object.fromEntries(filters.map(({ name, value }) => [name, value || undefined]))
  const { title, says, noun, empty, actions = [] } = page
  const columns = page.columns.filter(({ isOfFile }) => !isOfFile)
  const order = listOrders.find((one) => one === request.query('sort')) ?? 'name'
  const sort = order === 'name' ? undefined : order
  const first = marker === undefined ? undefined : withQuery(page.path, { ...query, sort })
  const heads = columns.map((column) => headOf(column, order, page.path, query))
  const common = {
    ...({ kind: 'list', title, says, actions, noun, filters, heads, first } as const),
    order: words.orders[order],
    kept: sort === undefined ? [] : [['sort', sort] as const],
  }
  if (filters.some(({ problem }) => problem !== undefined))
    return { ...common, rows: [], empty: '', status: 400 }
  if (marker !== undefined && problemOf(page.marker, marker) !== undefined)
    return { ...common, rows: [], empty: words.list.thisAddressLeadsTo, status: 400 }
  const original = await page.original?.(call, request)
  if (original) return original
  const format = formatOf(request.query('as'))
  if (format) return fileOf(await wholeList(page, call, { filters: query, order, request }), format)
  const read = await page.read(call, { filters: query, order, marker, request })
  const filtered = Object.values(query).some((value) => value !== undefined)
  return {
    ...common,
    rows: read.rows.map((row) => columns.map(({ cell }) => cell(row, request))),
    cut: read.cut,
    choose: read.rows.length === 0 ? undefined : chooseOf(page, read.rows),
    order: page.orderOf?.(query) ?? words.orders[order],
    note: read.note,
    facets: read.facets?.map((facet) => facetShown(page.path, query, facet)),
    files: formats.map((one) => ({
      text: one.toUpperCase(),
      href: withQuery(page.path, { ...query, sort, as: one }),
    })),
    next: read.marker && withQuery(page.path, { ...query, sort, marker: read.marker }),
    empty: filtered ? words.list.noMatches(noun.one) : empty,
  }
}

/** The head leads to the list in order of its column, and from there to the other way round. */
function headOf<Row>(
  { head, width, by }: Column<Row>,
  order: ListOrder,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): Head {
  if (by === undefined) return { head, width }
  const isUp = order === by
  const href = withQuery(path, { ...query, sort: isUp ? `-${by}` : by })
  const isSorted = isUp || order === `-${by}`
  const direction = isUp ? 'ascending' : 'descending'
  return { head, width, sort: { href, direction: isSorted ? direction : undefined } }
}

function chooseOf<A extends Action, Row>({ choose }: ListRules<A, Row>, rows: readonly Row[]) {
  if (!choose) return undefined
  const { to, button } = choose
  return { to, button, values: rows.map((row) => choose.valueOf(row)) }
}

/** A file of a list has at most so many calls, of a thousand rows each. */
const mostCalls = 20

/** Reads a list page by page, as far as one file goes. */
async function wholeList<A extends Action, Row>(
  page: ListRules<A, Row> & { readonly path: string },
  call: Call<A>,
  asked: Pick<ListRequest, 'filters' | 'order' | 'request'>,
): Promise<Table> {
  const rows: (readonly Cell[])[] = []
  let marker: string | undefined
  for (let calls = 0; calls < mostCalls; calls++) {
    const read = await page.read(call, { ...asked, marker, isWhole: true })
    for (const row of read.rows) rows.push(page.columns.map(({ cell }) => cell(row, asked.request)))
    marker = read.marker
    if (marker === undefined) break
  }
  const name = page.path.slice(page.path.lastIndexOf('/') + 1)
  return { name, heads: page.columns, rows, cut: marker !== undefined }
}

function facetShown(
  path: string,
  query: ListRequest['filters'],
  { filter, title, values }: Facet,
): FacetShown {
  const shown = values.map(({ value, words = value, count }) => {
    const isChosen = query[filter] === value
    const href = withQuery(path, { ...query, [filter]: isChosen ? undefined : value })
    return { words, count, href, isChosen }
  })
  return { title, values: shown }
}

function filterShown(
  { name, label, limits, options, isDay, isMore, tidy }: Filter,
  { query }: PageRequest,
): FilterShown {
  const typed = (query(name) ?? '').trim()
  const value = typed === '' || !tidy ? typed : tidy(typed)
  return {
    name,
    label,
    limits,
    options,
    isDay,
    isMore,
    value,
    problem: value === '' ? undefined : problemOf(limits, value),
  }
}
