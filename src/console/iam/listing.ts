import { directoryVersion } from '../../aws/gatehouse/directory/directory-model.ts'
import type { Input, Output } from '../call.ts'
import { type Limits, limitsOf } from '../limits.ts'
import type { Filter, ListRequest, Read } from '../list.ts'
import { words } from './words.ts'

const rowsOnPage = 50
/** A file has as many rows a call as the operation answers. */
const rowsInFile = 1000

/** The operation by which all lists of the directory search, and the limits of its marker. */
export const searches = 'gatehouse:SearchEntities'
export const searchMarker = limitsOf(searches, 'Marker')

/** A part of the name, in any case; it may be as long as a name. */
export function nameFilter(limits: Limits): Filter {
  return { name: 'name', label: words.filters.name, limits: { ...limits, required: false } }
}

/** Adds the slash that people leave out in front. */
export function pathFilter(limits: Limits): Filter {
  return {
    name: 'path',
    label: words.filters.path,
    limits,
    tidy: (typed) => (typed.startsWith('/') ? typed : `/${typed}`),
  }
}

/** A tag: its key, and its value where one is given. */
export const tagFilters: readonly Filter[] = [
  { name: 'tag', label: words.filters.tag, limits: limitsOf(searches, 'TagKey') },
  { name: 'value', label: words.filters.value, limits: limitsOf(searches, 'TagValue') },
]

type Search = Input<typeof searches>

/** The input of a search: a page, or as much of a file as one call answers. */
export function searched(
  Kind: Search['Kind'],
  { filters: { name, path, tag, value }, order, marker, isWhole }: ListRequest,
): Search {
  return {
    Version: directoryVersion,
    Kind,
    NamePart: name,
    PathPrefix: path,
    TagKey: tag,
    TagValue: tag === undefined ? undefined : value,
    OrderBy: order,
    Marker: marker,
    MaxItems: isWhole ? rowsInFile : rowsOnPage,
  }
}

/** The rows of an answer. */
export function found<Row>(
  rows: readonly Row[] = [],
  { Marker, Cut }: Pick<Output<typeof searches>, 'Marker' | 'Cut'>,
): Read<Row> {
  return { rows, marker: Marker, cut: Cut }
}
