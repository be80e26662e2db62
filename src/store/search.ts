import { linkTo } from './links.ts'
import type { RecordKind } from './records.ts'

/** The kinds that are searched: those with a name and a path that people look for. */
export const searchedKinds = ['user', 'group', 'role', 'policy'] as const
export type SearchedKind = (typeof searchedKinds)[number]

/** Where a record stands in either order. `created`: as the record tells it. */
export interface SearchPlace {
  readonly key: string
  readonly created: string
}

export interface Search {
  readonly order: 'name' | 'created'
  readonly descending: boolean
  /** A part of the key. Keys are folded, and so is this. */
  readonly part?: string | undefined
  readonly pathPrefix?: string | undefined
  /** A tag, of any value or of one. Groups have none. */
  readonly tag?: { readonly key: string; readonly value?: string | undefined } | undefined
  /** Only what comes after it in the order. */
  readonly after?: SearchPlace | undefined
  /** At most so many places are returned. */
  readonly limit: number
}

/** One slice of a search. */
export interface SearchSlice {
  readonly found: readonly SearchPlace[]
  /** Where to go on; absent: everything was looked at. */
  readonly next?: SearchPlace | undefined
}

/** One slice looks at so many entries of an index, so that other requests have their turn. */
const mostLooked = 2000
/** Up to so many entries are gathered by a path or a tag, and then ordered. */
const few = 500
/** Above everything that starts with the same text, in the order of bytes. */
const last = '\u{10ffff}'

type Value = string | number
export type SearchValues = Readonly<Record<string, Value>>
/** Runs a statement with parameters `:name`, of which it may use some of the values only. */
export type AskSearch = (
  statement: SearchStatement,
  values: SearchValues,
) => Promise<readonly Readonly<Record<string, unknown>>[]>

export interface SearchStatement {
  readonly name: string
  readonly text: string
}

/** Joins in the order that is written: SQLite takes `CROSS JOIN` for that. */
const from = {
  directory: 'FROM directory d WHERE d.kind = :kind AND d.account = :account',
  links: `FROM links l CROSS JOIN directory d
    WHERE d.kind = l.kind AND d.account = l.account AND d.key = l.key
      AND l.kind = :kind AND l.account = :account AND l.target = :target`,
  paths: `FROM records r CROSS JOIN directory d
    WHERE d.kind = r.kind AND d.account = r.account AND d.key = r.key
      AND r.kind = :kind AND r.account = :account
      AND r.path <> '/' AND r.path >= :prefix AND r.path < :end`,
} as const
type Source = keyof typeof from

const rare: SearchStatement = {
  name: 'search-paths',
  text: `SELECT count(*) AS n FROM (SELECT 1 FROM records WHERE kind = :kind AND account = :account
    AND path <> '/' AND path >= :prefix AND path < :end LIMIT ${few + 1}) AS found`,
}
const linked: SearchStatement = {
  name: 'search-linked',
  text: 'SELECT n FROM link_counts WHERE kind = :kind AND account = :account AND target = :target',
}

interface Way {
  readonly source: Source
  /** The source is in this order, and looked at slice by slice; else it is gathered whole. */
  readonly walks: boolean
  readonly order: Search['order']
  readonly descending: boolean
  /** The tag is looked for beside the source. */
  readonly tagged: boolean
}

/**
 * Searches by index: entries of few records by their path or tag; otherwise in the order that is
 * asked for, along an index that has key, time and path, without reading records.
 */
export async function searchWith(
  ask: AskSearch,
  position: (text: string, part: string) => string,
  place: { readonly kind: SearchedKind; readonly account: string },
  search: Search,
): Promise<SearchSlice> {
  const { limit } = search
  const values = valuesOf(place, search)
  const way = await wayOf(ask, search, values)
  // Nothing is passed by where nothing is filtered: the page itself is the slice.
  const [end] = way.walks && isFiltered(way, search) ? await ask(endOf(way), values) : []
  const until = end && placeOf(end)
  const found = await ask(statementOf(way, position, until !== undefined), {
    ...values,
    ...(until && { untilKey: until.key, untilCreated: until.created }),
  })
  const places = found.map(placeOf)
  if (places.length === limit) return { found: places, next: places.at(-1) }
  return { found: places, next: until }
}

function isFiltered({ tagged }: Way, { part = '', pathPrefix = '' }: Search): boolean {
  return tagged || part !== '' || !'/'.startsWith(pathPrefix)
}

const placeOf = ({ key, created }: Readonly<Record<string, unknown>>): SearchPlace => ({
  key: String(key),
  created: String(created),
})

function valuesOf(
  { kind, account }: { readonly kind: RecordKind; readonly account: string },
  { descending, part = '', pathPrefix = '', tag, after, limit }: Search,
): SearchValues {
  const start = descending ? last : ''
  return {
    kind,
    account,
    key: after?.key ?? start,
    created: after?.created ?? start,
    part,
    prefix: pathPrefix,
    end: pathPrefix + last,
    target: tag ? linkTo.tag(tag.key, tag.value) : '',
    limit,
    looked: mostLooked,
    skipped: mostLooked - 1,
  }
}

async function wayOf(
  ask: AskSearch,
  { order, descending, pathPrefix = '', tag }: Search,
  values: SearchValues,
): Promise<Way> {
  const common = { order, descending }
  const tags = tag ? Number((await ask(linked, values))[0]?.n ?? 0) : 0
  if (tag && (tags <= few || order === 'name'))
    return { ...common, source: 'links', walks: tags > few, tagged: false }
  const hasPath = !'/'.startsWith(pathPrefix)
  if (hasPath && Number((await ask(rare, values))[0]?.n) <= few)
    return { ...common, source: 'paths', walks: false, tagged: tag !== undefined }
  return { ...common, source: 'directory', walks: true, tagged: tag !== undefined }
}

function nameOf({ source, walks, order, descending, tagged }: Way): string {
  const words = [source, walks ? 'walk' : 'whole', order, descending ? 'down' : 'up']
  return `search-${words.join('-')}${tagged ? '-tag' : ''}`
}

const direction = ({ descending }: Way) => (descending ? 'DESC' : 'ASC')
const orderOf = (way: Way, of: string) =>
  (way.order === 'name' ? ['key'] : ['created', 'key'])
    .map((column) => `${of}${column} ${direction(way)}`)
    .join(', ')
const afterOf = ({ order, descending }: Way, of: string) => {
  const than = descending ? '<' : '>'
  return order === 'name'
    ? `${of}key ${than} :key`
    : `(${of}created, ${of}key) ${than} (:created, :key)`
}
const untilOf = ({ order, descending }: Way, of: string) => {
  const than = descending ? '>=' : '<='
  return order === 'name'
    ? `${of}key ${than} :untilKey`
    : `(${of}created, ${of}key) ${than} (:untilCreated, :untilKey)`
}
/** The table whose columns the order is of: links have the key too, and an index by it. */
const orderedBy = ({ source, walks }: Way) => (source === 'links' && walks ? 'l.' : 'd.')

/** `bounded`: a slice has an end, beyond which nothing is looked at. */
function statementOf(
  way: Way,
  position: (text: string, part: string) => string,
  bounded: boolean,
): SearchStatement {
  const of = orderedBy(way)
  const conditions = [
    afterOf(way, of),
    ...(bounded ? [untilOf(way, of)] : []),
    `${position('d.key', ':part')} > 0`,
    'd.path >= :prefix AND d.path < :end',
    ...(way.tagged
      ? [
          `EXISTS (SELECT 1 FROM links WHERE links.kind = :kind AND links.account = :account
            AND links.target = :target AND links.key = d.key)`,
        ]
      : []),
  ]
  return {
    name: `${nameOf(way)}${bounded ? '-bounded' : ''}`,
    text: `SELECT d.key AS key, d.created AS created ${from[way.source]}
      AND ${conditions.join(' AND ')} ORDER BY ${orderOf(way, of)} LIMIT :limit`,
  }
}

/** The last entry of a slice that is full. */
function endOf(way: Way): SearchStatement {
  const of = orderedBy(way)
  return {
    name: `${nameOf({ ...way, tagged: false })}-end`,
    text: `SELECT d.key AS key, d.created AS created ${from[way.source]}
      AND ${afterOf(way, of)} ORDER BY ${orderOf(way, of)} LIMIT 1 OFFSET :skipped`,
  }
}
