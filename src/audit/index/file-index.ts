import { createHash } from 'node:crypto'
import { chmodSync, closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { normalToken, type Term, type TrailEvent, termsOf, tokensOf } from './terms.ts'

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

const schema = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, terms TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS event_time ON event (time);
  CREATE TABLE IF NOT EXISTS term (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL,
    UNIQUE (kind, text));
  CREATE TABLE IF NOT EXISTS post (
    term INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (term, event)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS token (
    hash INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (hash, event)) WITHOUT ROWID;
`
const version = '1'
const chunkBytes = 1024 * 1024
/** An event has a sixteenth of it at most; what is longer is no line of a trail. */
const mostLineBytes = 4 * 1024 * 1024
/** Identifies a file by its beginning, because a new file may have the inode of a removed one. */
const headBytes = 512
const busyMs = 5000
const mostKnownTerms = 20_000
const newline = 0x0a

/**
 * The index of one file of a trail, in a SQLite file of its own. Not the trail itself: it may be
 * removed at any time, and is made again.
 */
export class FileIndex {
  readonly path: string
  /** Stays when the file is rotated. */
  readonly name: string
  readonly #db: DatabaseSync
  readonly #statements: Readonly<Record<keyof typeof texts, StatementSync>>
  /** Ids of terms that were used lately. */
  readonly #known = new Map<string, number>()
  readonly #texts = new Map<number, Term>()

  constructor(path: string, database: string) {
    this.path = path
    this.name = basename(database, '.db')
    this.#db = new DatabaseSync(database, { timeout: busyMs })
    chmodSync(database, 0o600)
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
    this.#db.exec(schema)
    this.#statements = Object.fromEntries(
      Object.entries(texts).map(([name, sql]) => [name, this.#db.prepare(sql)]),
    ) as Record<keyof typeof texts, StatementSync>
  }

  close(): void {
    this.#db.close()
  }

  /** How far the file is indexed, in bytes. */
  get offset(): number {
    return Number(this.#meta('offset') ?? 0)
  }

  /**
   * Indexes what the file has more, some megabytes at most. Returns the bytes that are left. A file
   * that is another than before is indexed from its beginning.
   */
  readMore(): number {
    const file = openSync(this.path, 'r')
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const left = this.#readFrom(file, fstatSync(file).size)
        this.#db.exec('COMMIT')
        return left
      } catch (error) {
        this.#known.clear()
        this.#db.exec('ROLLBACK')
        throw error
      }
    } finally {
      closeSync(file)
    }
  }

  #readFrom(file: number, size: number): number {
    const head = headOf(file, Math.min(size, headBytes))
    const before = this.#meta('head')
    const isSame =
      this.#meta('version') === version &&
      (before === undefined || headOf(file, Number(before.split(' ')[0])) === before) &&
      this.offset <= size
    if (!isSame) this.#clear()
    const offset = this.offset
    const bytes = Buffer.alloc(Math.min(size - offset, chunkBytes))
    const read = readSync(file, bytes, 0, bytes.length, offset)
    let part = bytes.subarray(0, read)
    let whole = part.lastIndexOf(newline) + 1
    if (whole === 0 && read === chunkBytes) {
      const longer = Buffer.alloc(Math.min(size - offset, mostLineBytes))
      part = longer.subarray(0, readSync(file, longer, 0, longer.length, offset))
      whole = part.lastIndexOf(newline) + 1
      // No line of a trail is that long.
      if (whole === 0 && part.length === mostLineBytes) whole = mostLineBytes
    }
    this.#addLines(part.subarray(0, whole), offset)
    this.#setMeta('version', version)
    this.#setMeta('head', head)
    this.#setMeta('offset', String(offset + whole))
    // What is left without a line end is being written.
    return whole === 0 ? 0 : size - offset - whole
  }

  #addLines(bytes: Buffer, offset: number): void {
    for (let from = 0; from < bytes.length; ) {
      const found = bytes.indexOf(newline, from)
      const end = found < 0 ? bytes.length : found
      const event = eventIn(bytes.toString('utf8', from, end))
      if (event) this.#add(event, offset + from, end - from)
      from = end + 1
    }
  }

  #add(event: TrailEvent, offset: number, length: number): void {
    const time = Date.parse(event.eventTime)
    const terms = termsOf(event).map((term) => this.#idOf(term))
    const { addEvent, addPost, addToken, count } = this.#statements
    const { lastInsertRowid: id } = addEvent.run(time, offset, length, terms.join(' '))
    for (const term of terms) {
      addPost.run(term, id)
      count.run(term)
    }
    for (const token of tokensOf(event)) addToken.run(hashOf(token), id)
  }

  #idOf({ kind, text }: Term): number {
    const name = `${kind} ${text}`
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const { addTerm, findTerm } = this.#statements
    addTerm.run(kind, text)
    const id = Number(findTerm.get(kind, text)!.id)
    if (this.#known.size >= mostKnownTerms) this.#known.clear()
    this.#known.set(name, id)
    return id
  }

  #clear(): void {
    this.#known.clear()
    this.#texts.clear()
    for (const table of ['meta', 'event', 'term', 'post', 'token'])
      this.#db.exec(`DELETE FROM ${table}`)
  }

  #meta(key: string): string | undefined {
    return this.#statements.meta.get(key)?.value as string | undefined
  }

  #setMeta(key: string, value: string): void {
    this.#statements.setMeta.run(key, value)
  }

  /** Events that may have this id, request id or reference; who asks compares them. */
  withToken(token: string): readonly EventPlace[] {
    return this.#statements.withToken.all(hashOf(normalToken(token))).map(placeOf)
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
    const known = this.#texts.get(id)
    if (known) return known
    const { kind, text } = this.#statements.termText.get(id)!
    const term = { kind, text } as unknown as Term
    if (this.#texts.size >= mostKnownTerms) this.#texts.clear()
    this.#texts.set(id, term)
    return term
  }

  /** The id of the first event after those of a time or earlier. */
  endOf(time: number): number {
    return Number(this.#statements.lastUntil.get(time)?.id ?? 0) + 1
  }

  /** Events before an id, the newest first: all of them, or those with one of some terms. */
  *newest(before: number, terms?: readonly number[]): Generator<EventPlace> {
    if (terms === undefined) {
      for (const row of this.#db.prepare(scan).iterate(before)) yield placeOf(row)
      return
    }
    const rows = terms.map((term) => this.#db.prepare(scanTerm).iterate(term, before))
    const heads = rows.map((each) => each.next())
    for (let last = Number.POSITIVE_INFINITY; ; ) {
      let at = -1
      let id = -1
      for (const [i, head] of heads.entries())
        if (!head.done && Number(head.value.id) > id) {
          at = i
          id = Number(head.value.id)
        }
      if (at < 0) return
      const head = heads[at]!
      if (id < last && !head.done) yield placeOf(head.value)
      last = id
      heads[at] = rows[at]!.next()
    }
  }
}

const columns = 'event.id, event.time, event.offset, event.length, event.terms'
const scan = `SELECT ${columns} FROM event WHERE id < ? ORDER BY id DESC`
const scanTerm = `SELECT ${columns} FROM post JOIN event ON event.id = post.event
  WHERE post.term = ? AND post.event < ? ORDER BY post.event DESC`
const texts = {
  meta: 'SELECT value FROM meta WHERE key = ?',
  setMeta: 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
  addEvent: 'INSERT INTO event (time, offset, length, terms) VALUES (?, ?, ?, ?)',
  addTerm: 'INSERT OR IGNORE INTO term (kind, text, count) VALUES (?, ?, 0)',
  findTerm: 'SELECT id, count FROM term WHERE kind = ? AND text = ?',
  termsFrom:
    'SELECT id, count FROM term WHERE kind = ? AND text >= ? AND text < ? ORDER BY text LIMIT ?',
  termText: 'SELECT kind, text FROM term WHERE id = ?',
  count: 'UPDATE term SET count = count + 1 WHERE id = ?',
  addPost: 'INSERT OR IGNORE INTO post (term, event) VALUES (?, ?)',
  addToken: 'INSERT OR IGNORE INTO token (hash, event) VALUES (?, ?)',
  withToken: `SELECT ${columns} FROM token JOIN event ON event.id = token.event
    WHERE hash = ? LIMIT 50`,
  lastUntil: 'SELECT max(id) AS id FROM event WHERE time <= ?',
}

function placeOf(row: Record<string, unknown>): EventPlace {
  const { id, time, offset, length, terms } = row
  return {
    id: Number(id),
    time: Number(time),
    offset: Number(offset),
    length: Number(length),
    terms: String(terms).split(' ').map(Number),
  }
}

/** `LENGTH HASH` of the beginning of a file. */
function headOf(file: number, length: number): string {
  const bytes = Buffer.alloc(length)
  const read = readSync(file, bytes, 0, length, 0)
  return `${length} ${createHash('sha256').update(bytes.subarray(0, read)).digest('base64')}`
}

/** 48 bits, which a number holds; the event itself tells whether it has the token. */
function hashOf(token: string): number {
  return createHash('sha256').update(token).digest().readUIntBE(0, 6)
}

/** Skips a line that is torn or no event. */
function eventIn(line: string): TrailEvent | undefined {
  try {
    const event = JSON.parse(line) as TrailEvent | null
    const isEvent =
      typeof event?.eventID === 'string' &&
      typeof event.eventSource === 'string' &&
      typeof event.requestID === 'string' &&
      !Number.isNaN(Date.parse(event.eventTime))
    return isEvent ? event : undefined
  } catch {
    return undefined
  }
}
