import {
  type BigIntStats,
  chmodSync,
  closeSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import {
  busyMs,
  hashOf,
  headOf,
  IndexReader,
  indexVersion,
  mostKnownTerms,
  preparedOn,
} from './index-reader.ts'
import { type Term, type TrailEvent, termsOf, tokensOf } from './terms.ts'

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
const chunkBytes = 1024 * 1024
/** An event has a sixteenth of it at most; what is longer is no line of a trail. */
const mostLineBytes = 4 * 1024 * 1024
/** Identifies a file by its beginning, because a new file may have the inode of a removed one. */
const headBytes = 512
const newline = 0x0a

/**
 * The index of one file of a trail, in a SQLite file of its own. Not the trail itself: it may be
 * removed at any time, and is made again.
 */
export class FileIndex extends IndexReader {
  readonly #statements: Readonly<Record<keyof typeof texts, StatementSync>>
  /** What the file was when all of it was indexed. */
  #settled: string | undefined
  /** Ids of terms that were used lately. */
  readonly #known = new Map<string, number>()

  constructor(path: string, database: string) {
    super(path, database, opened(database))
    this.#statements = preparedOn(this.db, texts)
  }

  /**
   * Indexes what the file has more, some megabytes at most. Returns the bytes that are left. A file
   * that is another than before is indexed from its beginning.
   */
  readMore(): number {
    // Most files of a trail were rotated away, and change no more.
    if (this.#settled === stateOf(statSync(this.path, { bigint: true }))) return 0
    const file = openSync(this.path, 'r')
    try {
      const state = stateOf(fstatSync(file, { bigint: true }))
      this.db.exec('BEGIN IMMEDIATE')
      try {
        const left = this.#readFrom(file, fstatSync(file).size)
        this.db.exec('COMMIT')
        this.#settled = left === 0 ? state : undefined
        return left
      } catch (error) {
        this.#settled = undefined
        this.#known.clear()
        this.db.exec('ROLLBACK')
        throw error
      }
    } finally {
      closeSync(file)
    }
  }

  #readFrom(file: number, size: number): number {
    const head = headOf(file, Math.min(size, headBytes))
    if (!this.isOf(file, size)) this.#clear()
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
    this.#setMeta('version', indexVersion)
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
    this.#statements.addTerm.run(kind, text)
    const { id } = this.term({ kind, text })!
    if (this.#known.size >= mostKnownTerms) this.#known.clear()
    this.#known.set(name, id)
    return id
  }

  #clear(): void {
    this.#known.clear()
    this.texts.clear()
    for (const table of ['meta', 'event', 'term', 'post', 'token'])
      this.db.exec(`DELETE FROM ${table}`)
  }

  #setMeta(key: string, value: string): void {
    this.#statements.setMeta.run(key, value)
  }
}

const texts = {
  setMeta: 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
  addEvent: 'INSERT INTO event (time, offset, length, terms) VALUES (?, ?, ?, ?)',
  addTerm: 'INSERT OR IGNORE INTO term (kind, text, count) VALUES (?, ?, 0)',
  count: 'UPDATE term SET count = count + 1 WHERE id = ?',
  addPost: 'INSERT OR IGNORE INTO post (term, event) VALUES (?, ?)',
  addToken: 'INSERT OR IGNORE INTO token (hash, event) VALUES (?, ?)',
}

/** Makes the tables where there are none. */
function opened(database: string): DatabaseSync {
  const db = new DatabaseSync(database, { timeout: busyMs })
  chmodSync(database, 0o600)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
  db.exec(schema)
  return db
}

/** Changes with whatever is written to a file. */
function stateOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join(' ')
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
