import { closeSync, openSync, readSync } from 'node:fs'
import type { EventPlace, IndexReader } from './index-reader.ts'
import { normalToken, type Term, type TermKind, type TrailEvent, tokensOf } from './terms.ts'

/** What events are searched by; several of one kind: any of them. */
export interface EventSearch {
  /** Whose events may be seen: accounts, and connectors of sign-ins. */
  readonly owners: readonly string[]
  /** A text that ends with `*` stands for all that begin so. */
  readonly terms: Readonly<Partial<Record<Exclude<TermKind, 'owner'>, readonly string[]>>>
  /** Milliseconds, both included. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Where an earlier answer ended. */
  readonly after?: string | undefined
  readonly limit: number
  /** How many events facets are counted over; absent: none are. */
  readonly facetsOf?: number | undefined
}

export interface Facet {
  readonly kind: TermKind
  readonly text: string
  readonly count: number
}

export interface FoundEvents {
  /** The newest first. */
  readonly events: readonly TrailEvent[]
  /** Where to go on; absent: there are no older ones. */
  readonly next?: string | undefined
  readonly facets: readonly Facet[]
  /** How many matching events the facets were counted over. */
  readonly counted: number
}

/** Events that one search looks at; then it answers what it has, and where to go on. */
const mostScanned = 30_000
/** Bytes of events in one answer, beyond the first event. */
const mostBytes = 8 * 1024 * 1024
/** Terms that one text with `*` may stand for. */
const mostPrefixed = 5000
/**
 * Lists of events that are merged. A group of more terms, or one that most events have, only sorts
 * events out.
 */
const mostMerged = 50
const mostFacets = 12
/** Not worth counting: everybody's, or one's own. */
const unfaceted: ReadonlySet<TermKind> = new Set(['owner', 'key', 'signIn', 'maker'])

/** Searches files from the newest to the oldest. */
export function searchEvents(files: readonly IndexReader[], asked: EventSearch): FoundEvents {
  const state: State = {
    ...{ events: [], bytes: 0, facets: new Map(), counted: 0, scanned: 0 },
    oldest: Number.POSITIVE_INFINITY,
  }
  const [name, id] = cursorOf(asked.after)
  const at = Math.max(
    0,
    files.findIndex((file) => file.name === name),
  )
  for (const [i, file] of files.slice(at).entries()) {
    const isDone = searchFile(file, asked, i === 0 ? id : undefined, state)
    if (isDone || state.oldest < (asked.from ?? 0) - outOfOrderMs) break
  }
  const { events, next, facets, counted } = state
  return { events, next, facets: mostCommon([...facets.values()]), counted }
}

interface State {
  readonly events: TrailEvent[]
  bytes: number
  readonly facets: Map<string, { readonly term: Term; count: number }>
  counted: number
  scanned: number
  /** The time of the last event that was looked at. */
  oldest: number
  /** Where the next answer begins. */
  next?: string
}

function mostCommon(counts: readonly { readonly term: Term; readonly count: number }[]) {
  const kinds = new Map<TermKind, number>()
  return [...counts]
    .sort((a, b) => b.count - a.count)
    .filter(({ term: { kind } }) => {
      const before = kinds.get(kind) ?? 0
      kinds.set(kind, before + 1)
      return before < mostFacets
    })
    .map(({ term, count }) => ({ ...term, count }))
}

function cursorOf(after: string | undefined): readonly [string | undefined, number | undefined] {
  const [, name, id] = /^(\d+)\.(\d+)$/.exec(after ?? '') ?? []
  return [name, id === undefined ? undefined : Number(id)]
}

/** Returns whether there is nothing more to do. */
function searchFile(
  file: IndexReader,
  asked: EventSearch,
  before: number | undefined,
  state: State,
): boolean {
  const groups = groupsOf(file, asked)
  if (!groups) return false
  const rarest = groups.find(({ ids, count }) => ids.size <= mostMerged && count < file.size / 2)
  const others = groups.filter((group) => group !== rarest).map(({ ids }) => ids)
  const { from = 0, to = Number.POSITIVE_INFINITY, limit, facetsOf = 0 } = asked
  const end = Number.isFinite(to) ? file.endOf(to + outOfOrderMs) : Number.MAX_SAFE_INTEGER
  const reader = new FileReader(file.path)
  const counts = new Map<number, number>()
  try {
    for (const place of file.newest(Math.min(before ?? end, end), rarest && [...rarest.ids])) {
      state.oldest = place.time
      if (place.time < from - outOfOrderMs) return true
      const here = `${file.name}.${place.id + 1}`
      if (state.scanned++ >= mostScanned) {
        state.next ??= here
        return true
      }
      if (place.time < from || place.time > to || !isIn(place, others)) continue
      if (state.events.length >= limit || state.bytes >= mostBytes) {
        state.next ??= here
        if (state.counted >= facetsOf) return true
      } else {
        state.bytes += place.length
        const event = reader.read(place)
        if (event) state.events.push(event)
      }
      if (state.counted >= facetsOf) continue
      state.counted++
      for (const term of place.terms) counts.set(term, (counts.get(term) ?? 0) + 1)
    }
  } finally {
    addFacets(file, counts, state)
    reader.close()
  }
  return false
}

/** Events of one batch are written in the order in which their calls ended. */
const outOfOrderMs = 120_000

const isIn = ({ terms }: EventPlace, groups: readonly ReadonlySet<number>[]): boolean =>
  groups.every((group) => terms.some((id) => group.has(id)))

/**
 * The ids of what is searched for, a group for each kind, the rarest first. Undefined where the
 * file has no event that matches.
 */
function groupsOf(file: IndexReader, { owners, terms }: EventSearch) {
  const asked: [TermKind, readonly string[]][] = [
    ['owner', owners],
    ...(Object.entries(terms) as [TermKind, readonly string[]][]),
  ]
  const groups: { readonly ids: ReadonlySet<number>; readonly count: number }[] = []
  // What stands for many terms comes last: a file without one of the others needs none of them.
  const isMany = ([, wanted]: (typeof asked)[number]) => wanted.some((text) => text.endsWith('*'))
  for (const [kind, wanted] of asked.sort((one, other) => +isMany(one) - +isMany(other))) {
    const found = wanted.flatMap((text) => {
      if (text.endsWith('*')) return file.termsFrom({ kind, text: text.slice(0, -1) }, mostPrefixed)
      return file.term({ kind, text }) ?? []
    })
    if (found.length === 0) return undefined
    groups.push({
      ids: new Set(found.map(({ id }) => id)),
      count: found.reduce((sum, { count }) => sum + count, 0),
    })
  }
  return groups.sort((a, b) => a.count - b.count)
}

/** Adds what was counted in one file: the same term has another id in another file. */
function addFacets(file: IndexReader, counts: ReadonlyMap<number, number>, { facets }: State) {
  for (const [id, count] of counts) {
    const term = file.termText(id)
    if (unfaceted.has(term.kind)) continue
    const name = `${term.kind} ${term.text}`
    const counted = facets.get(name) ?? { term, count: 0 }
    counted.count += count
    facets.set(name, counted)
  }
}

/** The events with this id, request id or reference, the newest first. */
export function eventsNamed(files: readonly IndexReader[], token: string): readonly TrailEvent[] {
  const wanted = normalToken(token)
  if (wanted.length < leastToken) return []
  const found: TrailEvent[] = []
  for (const file of files) {
    const reader = new FileReader(file.path)
    try {
      for (const place of file.withToken(token)) {
        const event = reader.read(place)
        if (event && tokensOf(event).includes(wanted)) found.push(event)
      }
    } finally {
      reader.close()
    }
    // An event and the others of its request are written together.
    if (found.length > 0) return found
  }
  return found
}

/** References have some ten characters. */
const leastToken = 6

/** Reads events of one file; opens it when the first one is read. */
export class FileReader {
  readonly #path: string
  #file: number | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Undefined where the file was replaced meanwhile. */
  read({ offset, length }: EventPlace): TrailEvent | undefined {
    this.#file ??= openSync(this.#path, 'r')
    const bytes = Buffer.alloc(length)
    const read = readSync(this.#file, bytes, 0, length, offset)
    try {
      return JSON.parse(bytes.toString('utf8', 0, read)) as TrailEvent
    } catch {
      return undefined
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}
