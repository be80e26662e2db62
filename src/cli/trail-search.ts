import { stat } from 'node:fs/promises'
import type { Chain } from '../audit/event.ts'
import { existingIndex } from '../audit/index/index-folder.ts'
import type { EventPlace, IndexReader } from '../audit/index/index-reader.ts'
import { FileReader } from '../audit/index/search.ts'
import type { TrailEvent } from '../audit/index/terms.ts'
import { rotatedFiles } from '../audit/rotation.ts'
import { linesWith } from '../audit/trail-lines.ts'

/** What commands read of an event. */
export interface TrailRecord {
  readonly eventTime: string
  readonly eventName: string
  readonly errorCode?: string | undefined
  readonly additionalEventData?: { readonly gatehouse?: Chain } | undefined
}
export interface FoundEvent {
  readonly record: TrailRecord
  readonly file: string
  readonly offset: number
  /** Its number in the file's index, where it was found there. */
  readonly id?: number | undefined
  /** Files that end before this one begins, the newest first. */
  readonly older: readonly string[]
}

interface Sought {
  /** A text of each line that is sought: others are not parsed. */
  readonly marker: string
  matches(record: TrailRecord): boolean
}
interface NamedEvent extends Sought {
  /** Its id, request id or reference. */
  readonly token: string
}
interface GoodEvent extends Sought {
  /** The actions that such events are of; `*` at the end: all that begin so. */
  readonly actions: readonly string[]
}

/**
 * Finds an event in the audit log, or in the files that were rotated away from it, the newest
 * first: by the index that a serving process keeps of each, and by reading what is not indexed.
 * Files may have any size. Rejects when the log is not there.
 */
export async function findEvent(path: string, sought: NamedEvent): Promise<FoundEvent | undefined> {
  const search = async (file: string, older: readonly string[]) => {
    const { found, start } = byIndex(path, file, (index, events) => {
      for (const place of index.withToken(sought.token)) {
        const record = events.read(place)
        if (record && sought.matches(record)) return { ...placed(place), record }
      }
      return undefined
    })
    if (found) return { ...found, file, older }
    for await (const { text, offset } of linesWith(file, sought.marker, { start })) {
      const record = recordOf(text)
      if (record && sought.matches(record)) return { record, file, offset, older }
    }
    return undefined
  }
  const { ino } = await stat(path)
  const newest = await search(path, [])
  // Listed afterwards: the log may have been rotated meanwhile, and has another name then.
  const older = (await rotatedFiles(path)).toReversed()
  if (newest) {
    const names = [path, ...older]
    const inodes = await Promise.all(names.map((name) => stat(name).catch(unlessGone)))
    const at = Math.max(
      0,
      inodes.findIndex((stats) => stats?.ino === ino),
    )
    return { ...newest, file: names[at]!, older: names.slice(at + 1) }
  }
  for (const [at, file] of older.entries()) {
    const found = await search(file, older.slice(at + 1)).catch(unlessGone)
    if (found) return found
  }
  return undefined
}

/** Accepts that a file was removed meanwhile, as `audit.keepFiles` does with the oldest. */
function unlessGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Returns the last event without an error before another, searching as `findEvent` does. */
export async function lastBefore(
  path: string,
  { file, offset, id, older }: FoundEvent,
  sought: GoodEvent,
): Promise<TrailRecord | undefined> {
  for (const [at, one] of [file, ...older].entries()) {
    const before = at === 0 ? { offset, id } : {}
    const found = await lastIn(path, one, { sought, ...before }).catch(unlessGone)
    if (found) return found
  }
  return undefined
}

interface Before {
  readonly sought: GoodEvent
  readonly offset?: number
  readonly id?: number | undefined
}

async function lastIn(
  path: string,
  file: string,
  { sought, offset = Number.POSITIVE_INFINITY, id = Number.MAX_SAFE_INTEGER }: Before,
): Promise<TrailRecord | undefined> {
  const { found, start } = byIndex(path, file, (index, events) => {
    const terms = termsOf(index, sought.actions).map((term) => term.id)
    for (const place of index.newest(id, terms)) {
      if (place.offset >= offset || isRefused(index, place)) continue
      const record = events.read(place)
      if (record && sought.matches(record)) return record
    }
    return undefined
  })
  // What is not indexed yet is newer.
  let last: TrailRecord | undefined = found
  for await (const { text } of linesWith(file, sought.marker, { start, end: offset })) {
    const record = recordOf(text)
    if (record && sought.matches(record)) last = record
  }
  return last
}

const mostActions = 100

function termsOf(index: IndexReader, actions: readonly string[]) {
  return actions.flatMap((text) =>
    text.endsWith('*')
      ? index.termsFrom({ kind: 'action', text: text.slice(0, -1) }, mostActions)
      : (index.term({ kind: 'action', text }) ?? []),
  )
}

const placed = ({ id, offset }: EventPlace) => ({ id, offset })
const isRefused = (index: IndexReader, { terms }: EventPlace): boolean =>
  terms.some((term) => index.termText(term).kind === 'error')

/**
 * What `look` finds in the index of a file, and where in the file begins what the index does not
 * have: at its beginning, where there is no index or it fails.
 */
function byIndex<T>(
  path: string,
  file: string,
  look: (index: IndexReader, events: Events) => T | undefined,
): { readonly found: T | undefined; readonly start: number } {
  const index = existingIndex(path, file)
  if (!index) return { found: undefined, start: 0 }
  const events = new FileReader(file)
  try {
    const start = index.offset
    return { found: look(index, events), start }
  } catch {
    return { found: undefined, start: 0 }
  } finally {
    events.close()
    index.close()
  }
}
interface Events {
  read(place: EventPlace): TrailEvent | undefined
}

/** Skips a line that is truncated or not JSON. */
function recordOf(line: string): TrailRecord | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
