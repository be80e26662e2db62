import type { Limits } from '../limits.ts'
import type { Filter, ListRequest, Read } from '../list.ts'

const rowsOnPage = 50
/** The operations filter by path only, so a search by name looks through this many. */
const mostSearched = 1000

/** The filter by a part of the name, with the limits of the name itself. */
export function nameFilter(limits: Limits): Filter {
  return { name: 'name', label: 'Name contains', limits: { ...limits, required: false } }
}

/** The operation's own filter; adds the slash that people leave out in front. */
export function pathFilter(limits: Limits): Filter {
  return {
    name: 'path',
    label: 'Path starts with',
    limits,
    tidy: (typed) => (typed.startsWith('/') ? typed : `/${typed}`),
  }
}

/** Returns the input of a list operation: a page, or what one search looks through. */
export function listed({ filters: { name, path }, marker, isWhole }: ListRequest) {
  return {
    PathPrefix: path,
    Marker: marker,
    MaxItems: name === undefined && !isWhole ? rowsOnPage : mostSearched,
  }
}

/** Keeps the rows whose name contains what the request looks for, whatever its case. */
export function narrowed<Row>(
  { filters: { name } }: ListRequest,
  rows: readonly Row[],
  marker: string | undefined,
  nameOf: (row: Row) => string,
): Read<Row> {
  if (name === undefined) return { rows, marker }
  const wanted = name.toLowerCase()
  const found = rows.filter((row) => nameOf(row).toLowerCase().includes(wanted))
  return { rows: found, marker, searched: rows.length }
}
