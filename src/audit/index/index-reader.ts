import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { normalToken, type Term } from './terms.ts'

/** Where an event stands in its file. */
export interface EventPlace {
  readonly id: number
  /** Milliseconds. */
  readonly time: number
  readonly offset: number
  readonly length: number
  /** Ids of its terms. */
  readonly terms: readonly number[]
}

/** Of what is in the tables; an index of another version is made again. */
export const indexVersion = '2'
export const busyMs = 5000
export const mostKnownTerms = 20_000

/** Reads the index of one file of a trail. */
export class IndexReader {
  readonly path: string
  /** Stays when the file is rotated. */
  readonly name: string
  protected readonly db: DatabaseSync
  readonly #statements: Readonly<Record<keyof typeof texts, StatementSync>>
  protected readonly texts = new Map<number, Term>()
  readonly #scan: StatementSync
  readonly #scanTerm: StatementSync

  /** `db` has the tables of the index, and is closed with it. */
  constructor(path: string, database: string, db: DatabaseSync) {
    this.path = path
    this.name = basename(database, '.db')
    this.db = db
    this.#statements = preparedOn(db, texts)
    this.#scan = batchesOn(db, scan)
    this.#scanTerm = batchesOn(db, scanTerm)
  }

  close(): void {
    this.db.close()
  }

  /** How far the file is indexed, in bytes. */
  get offset(): number {
    return Number(this.meta('offset') ?? 0)
  }

  protected meta(key: string): string | undefined {
    return this.#statements.meta.get(key)?.value as string | undefined
  }

  /** Whether it is of this file, as far as it goes: a new one may have the inode of another. */
  protected isOf(file: number, size: number): boolean {
    const head = this.meta('head')
    return (
      this.meta('version') === indexVersion &&
      (head === undefined || headOf(file, Number(head.split(' ')[0])) === head) &&
      this.offset <= size
    )
  }

  /** Events that may have this id, request id or reference; who asks compares them. */
  withToken(token: string): readonly EventPlace[] {
    return this.#statements.withToken.all(hashOf(normalToken(token))).map(placeOf)
  }

  /** About how many events it has. */
  get size(): number {
    return Number(this.#statements.last.get()?.id ?? 0)
  }

  /** The id of a term and how many events have it; undefined where no event has it. */
  term({ kind, text }: Term): { readonly id: number; readonly count: number } | undefined {
    const found = this.#statements.findTerm.get(kind, text)
    return found && { id: Number(found.id), count: Number(found.count) }
  }

  /** Terms whose text begins so, at most `limit`. */
  termsFrom({ kind, text }: Term, limit: number): readonly { id: number; count: number }[] {
    return this.#statements.termsFrom
      .all(kind, text, `${text}\u{10ffff}`, limit)
      .map(({ id, count }) => ({ id: Number(id), count: Number(count) }))
  }

  termText(id: number): Term {
    const known = this.texts.get(id)
    if (known) return known
    const { kind, text } = this.#statements.termText.get(id)!
    const term = { kind, text } as unknown as Term
    if (this.texts.size >= mostKnownTerms) this.texts.clear()
    this.texts.set(id, term)
    return term
  }

  /** The id of the first event after those of a time or earlier. */
  endOf(time: number): number {
    return Number(this.#statements.lastUntil.get(time)?.id ?? 0) + 1
  }

  /** Events before an id, the newest first: all of them, or those with one of some terms. */
  *newest(before: number, terms?: readonly number[]): Generator<EventPlace> {
    if (terms === undefined) {
      yield* inBatches(this.#scan, [], before)
      return
    }
    const rows = terms.map((term) => inBatches(this.#scanTerm, [term], before))
    const heads = rows.map((each) => each.next())
    for (let last = Number.POSITIVE_INFINITY; ; ) {
      let at = -1
      let id = -1
      for (const [i, head] of heads.entries())
        if (!head.done && head.value.id > id) {
          at = i
          id = head.value.id
        }
      if (at < 0) return
      const head = heads[at]!
      if (id < last && !head.done) yield head.value
      last = id
      heads[at] = rows[at]!.next()
    }
  }
}

/** Batches cost a fifth of single rows; the first ones are small, for who wants a few. */
function* inBatches(
  scanned: StatementSync,
  of: readonly number[],
  before: number,
): Generator<EventPlace> {
  let end = before
  for (let size = firstBatch; ; size = Math.min(size * 2, mostBatch)) {
    const rows = scanned.all(...of, end, size) as unknown as readonly Row[]
    for (const row of rows) yield placeIn(row)
    if (rows.length < size) return
    end = rows.at(-1)![0]
  }
}

const firstBatch = 32
const mostBatch = 512

function batchesOn(db: DatabaseSync, text: string): StatementSync {
  const statement = db.prepare(`${text} LIMIT ?`)
  statement.setReturnArrays(true)
  return statement
}

const columns = 'event.id, event.time, event.offset, event.length, event.terms'
const scan = `SELECT ${columns} FROM event WHERE id < ? ORDER BY id DESC`
const scanTerm = `SELECT ${columns} FROM post JOIN event ON event.id = post.event
  WHERE post.term = ? AND post.event < ? ORDER BY post.event DESC`
const texts = {
  meta: 'SELECT value FROM meta WHERE key = ?',
  findTerm: 'SELECT id, count FROM term WHERE kind = ? AND text = ?',
  termsFrom:
    'SELECT id, count FROM term WHERE kind = ? AND text >= ? AND text < ? ORDER BY text LIMIT ?',
  termText: 'SELECT kind, text FROM term WHERE id = ?',
  withToken: `SELECT ${columns} FROM token JOIN event ON event.id = token.event
    WHERE hash = ? LIMIT 50`,
  last: 'SELECT max(id) AS id FROM event',
  lastUntil: 'SELECT id FROM event WHERE time <= ? ORDER BY time DESC, id DESC LIMIT 1',
}

export function preparedOn<K extends string>(
  db: DatabaseSync,
  statements: Readonly<Record<K, string>>,
): Readonly<Record<K, StatementSync>> {
  return Object.fromEntries(
    Object.entries<string>(statements).map(([name, sql]) => [name, db.prepare(sql)]),
  ) as Record<K, StatementSync>
}

/**
 * Opens an index that another process may be writing, and changes nothing. Undefined where there is
 * none, where it is of another file or version, or may not be read.
 */
export function readIndex(path: string, database: string): IndexReader | undefined {
  let reader: ExistingIndex | undefined
  try {
    reader = new ExistingIndex(path, database)
    if (reader.isCurrent()) return reader
  } catch {
    // Whoever keeps it makes it again.
  }
  reader?.close()
  return undefined
}

class ExistingIndex extends IndexReader {
  constructor(path: string, database: string) {
    super(path, database, new DatabaseSync(database, { readOnly: true, timeout: busyMs }))
  }

  isCurrent(): boolean {
    const file = openSync(this.path, 'r')
    try {
      return this.isOf(file, fstatSync(file).size)
    } finally {
      closeSync(file)
    }
  }
}

type Row = readonly [id: number, time: number, offset: number, length: number, terms: string]

function placeIn([id, time, offset, length, terms]: Row): EventPlace {
  return { id, time, offset, length, terms: idsIn(terms) }
}

/** The numbers of a text with spaces between: thousands of such texts are read for a search. */
function idsIn(text: string): readonly number[] {
  const ids: number[] = []
  let id = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === space) {
      ids.push(id)
      id = 0
    } else id = id * 10 + code - zero
  }
  ids.push(id)
  return ids
}
const space = 0x20
const zero = 0x30

function placeOf({ id, time, offset, length, terms }: Record<string, unknown>): EventPlace {
  return placeIn([id, time, offset, length, terms] as unknown as Row)
}

/** `LENGTH HASH` of the beginning of a file. */
export function headOf(file: number, length: number): string {
  const bytes = Buffer.alloc(length)
  const read = readSync(file, bytes, 0, length, 0)
  return `${length} ${createHash('sha256').update(bytes.subarray(0, read)).digest('base64')}`
}

/** 48 bits, which a number holds; the event itself tells whether it has the token. */
export function hashOf(token: string): number {
  return createHash('sha256').update(token).digest().readUIntBE(0, 6)
}
