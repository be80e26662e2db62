import { withQuery } from './address.ts'
import type { Action, Call } from './call.ts'
import { type Limits, problemOf } from './limits.ts'
import type { PageRequest } from './request.ts'
import type { Cell, FilterShown, Head, ListContent, Action as Way } from './shown.ts'

export interface Filter {
  readonly name: string
  readonly label: string
  readonly limits: Limits
  /** The values to choose from, the first of which is not filtering; absent: free text. */
  readonly options?: FilterShown['options']
  /** Converts what people type to what the operation accepts. */
  readonly tidy?: ((text: string) => string) | undefined
}

export interface ListRequest {
  /** The values of the filters; absent: not filtered. */
  readonly filters: Readonly<Record<string, string | undefined>>
  /** The opaque marker that the page before returned. */
  readonly marker: string | undefined
  readonly request: PageRequest
}

export interface Read<Row> {
  readonly rows: readonly Row[]
  readonly marker: string | undefined
  readonly searched?: number | undefined
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
  readonly columns: readonly (Head & { readonly cell: (row: Row, request: PageRequest) => Cell })[]
  read(call: Call<A>, asked: ListRequest): Promise<Read<Row>>
}

/** Requests one page. When a filter can't be valid, calls nothing and says what is expected. */
export async function readList<A extends Action, Row>(
  page: ListRules<A, Row> & { readonly path: string },
  call: Call<A>,
  request: PageRequest,
): Promise<ListContent> {
  const filters = page.filters.map((filter) => filterShown(filter, request))
  const marker = request.query('marker') || undefined
  const query = Object.fromEntries(filters.map(({ name, value }) => [name, value || undefined]))
  const { title, says, noun, empty, columns, actions = [] } = page
  const first = marker === undefined ? undefined : withQuery(page.path, query)
  const heads = columns.map(({ head, width }) => ({ head, width }))
  const common = { kind: 'list', title, says, actions, noun, filters, heads, first } as const
  if (filters.some(({ problem }) => problem !== undefined))
    return { ...common, rows: [], empty: '', status: 400 }
  if (marker !== undefined && problemOf(page.marker, marker) !== undefined)
    return { ...common, rows: [], empty: 'This address leads to no page of the list.', status: 400 }
  const read = await page.read(call, { filters: query, marker, request })
  const filtered = Object.values(query).some((value) => value !== undefined)
  return {
    ...common,
    rows: read.rows.map((row) => columns.map(({ cell }) => cell(row, request))),
    searched: read.searched,
    next: read.marker && withQuery(page.path, { ...query, marker: read.marker }),
    empty: filtered ? `No ${noun.one} matches.` : empty,
  }
}

function filterShown(
  { name, label, limits, options, tidy }: Filter,
  { query }: PageRequest,
): FilterShown {
  const typed = (query(name) ?? '').trim()
  const value = typed === '' || !tidy ? typed : tidy(typed)
  return {
    name,
    label,
    limits,
    options,
    value,
    problem: value === '' ? undefined : problemOf(limits, value),
  }
}
