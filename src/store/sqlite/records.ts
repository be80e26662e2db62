import type { DatabaseSync } from 'node:sqlite'
import { linksOf, linkTo } from '../links.ts'
import type { RecordKind, RecordKinds } from '../records.ts'
import {
  type Documents,
  type Listed,
  type Page,
  type Reads,
  recordName,
  type Writes,
} from '../store.ts'
import { sqliteLists } from './lists.ts'
import type { Patience } from './patience.ts'
import { sqliteSearch } from './search.ts'
import type { Turns } from './turns.ts'

const anyAccount = '*'
/** Above everything that starts with the same text, in SQLite's order of bytes. */
const lastCharacter = '\u{10ffff}'

/** Statements are prepared once for a connection; results are the snapshot of that connection. */
export function sqliteReads(db: DatabaseSync, patiently: Patience): Reads {
  const find = db.prepare('SELECT body FROM records WHERE kind = ? AND account = ? AND key = ?')
  const count = db.prepare('SELECT n FROM record_counts WHERE kind = ? AND account = ?')
  const countLinked = db.prepare(
    'SELECT n FROM link_counts WHERE kind = ? AND account = ? AND target = ?',
  )
  const linkTargets = db.prepare(`SELECT target FROM link_counts
    WHERE kind = ? AND account = ? AND target >= ? AND target < ? AND target > ? AND n > 0
    ORDER BY target LIMIT ?`)
  const byAlias = db.prepare('SELECT account FROM records WHERE alias = ?')
  // The kind is written out, so that SQLite uses the index of these links.
  const bySamlId = db.prepare(
    "SELECT account, key FROM links WHERE kind = 'samlProvider' AND target = ?",
  )
  const accounts = db.prepare(
    'SELECT DISTINCT account FROM record_counts WHERE account <> ? AND n > 0 ORDER BY account',
  )
  const { list, linked } = sqliteLists(db)
  return {
    async find<K extends RecordKind>(kind: K, account: string, key: string) {
      const row = await patiently(() => find.get(kind, account, key))
      return row && recordOf(kind, { account, key, body: String(row.body) })
    },
    async list<K extends RecordKind>(kind: K, account: string, page: Page) {
      return parsed(kind, account, await patiently(() => list(kind, account, page)))
    },
    async linked<K extends RecordKind>(kind: K, account: string, target: string, page: Page) {
      const rows = await patiently(() => linked({ kind, account, target }, page))
      return parsed(kind, account, rows)
    },
    countLinked: async (kind, account, target) =>
      numberOf(await patiently(() => countLinked.get(kind, account, target))),
    async linkTargets(kind, account, { prefix, after = '', limit }) {
      const rows = await patiently(() =>
        linkTargets.all(kind, account, prefix, prefix + lastCharacter, after, limit),
      )
      return rows.map(({ target }) => String(target))
    },
    search: sqliteSearch(db, patiently),
    count: async (kind, account) => numberOf(await patiently(() => count.get(kind, account))),
    async accountByAlias(alias) {
      const row = await patiently(() => byAlias.get(alias))
      return row && String(row.account)
    },
    async samlProviderById(id) {
      const row = await patiently(() => bySamlId.get(linkTo.id(id)))
      return row && { account: String(row.account), key: String(row.key) }
    },
    async accounts() {
      const rows = await patiently(() => accounts.all(anyAccount))
      return rows.map(({ account }) => String(account))
    },
  }
}

const numberOf = (row: Record<string, unknown> | undefined) => Number(row?.n ?? 0)

function parsed<K extends RecordKind>(
  kind: K,
  account: string,
  rows: readonly Record<string, unknown>[],
): readonly Listed<RecordKinds[K]>[] {
  return rows.map((row) => {
    const [key, body] = [String(row.key), String(row.body)]
    return { key, record: recordOf(kind, { account, key, body }) }
  })
}

interface Row {
  readonly account: string
  readonly key: string
  readonly body: string
}

/** Throws Error for a damaged text; the message names the record and contains none of its data. */
function recordOf<K extends RecordKind>(kind: K, { account, key, body }: Row): RecordKinds[K] {
  try {
    return JSON.parse(body) as RecordKinds[K]
  } catch {
    throw new Error(
      `the record of ${kind} \`${key}\` of account ${account} is damaged: ` +
        'bring the store back from a backup, or remove the record',
    )
  }
}

/** Writes in the open transaction of `db`, and calls `noteChange` with the name of each record. */
export function sqliteWrites(
  db: DatabaseSync,
  patiently: Patience,
  noteChange: (name: string) => void,
): Omit<Writes, 'leave'> {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO records (kind, account, key, path, alias, body)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare(
    'UPDATE records SET path = ?, alias = ?, body = ? WHERE kind = ? AND account = ? AND key = ?',
  )
  const remove = db.prepare('DELETE FROM records WHERE kind = ? AND account = ? AND key = ?')
  const link = db.prepare('INSERT INTO links (kind, account, target, key) VALUES (?, ?, ?, ?)')
  const unlink = db.prepare(
    'DELETE FROM links WHERE kind = ? AND account = ? AND target = ? AND key = ?',
  )
  const linkedTo = db.prepare('SELECT target FROM links WHERE kind = ? AND account = ? AND key = ?')

  /** Writes only the links that differ: most changes of a record leave its links as they are. */
  function linkAnew({ kind, account, key }: Place, targets: readonly string[]): void {
    const wanted = new Set(targets)
    for (const row of linkedTo.all(kind, account, key)) {
      const target = String(row.target)
      if (!wanted.delete(target)) unlink.run(kind, account, target, key)
    }
    for (const target of wanted) link.run(kind, account, target, key)
  }
  return {
    ...sqliteReads(db, patiently),
    async insert(kind, account, key, record) {
      const row = [pathOf(record), aliasOf(record), JSON.stringify(record)] as const
      if (insert.run(kind, account, key, ...row).changes !== 1) return false
      for (const target of linksOf(kind, record)) link.run(kind, account, target, key)
      noteChange(recordName(kind, account, key))
      return true
    },
    async update(kind, account, key, record) {
      const row = [pathOf(record), aliasOf(record), JSON.stringify(record)] as const
      if (update.run(...row, kind, account, key).changes !== 1) return false
      linkAnew({ kind, account, key }, linksOf(kind, record))
      noteChange(recordName(kind, account, key))
      return true
    },
    async remove(kind, account, key) {
      if (remove.run(kind, account, key).changes !== 1) return false
      linkAnew({ kind, account, key }, [])
      noteChange(recordName(kind, account, key))
      return true
    },
  }
}

interface Place {
  readonly kind: RecordKind
  readonly account: string
  readonly key: string
}

const pathOf = (record: object) => ('path' in record ? String(record.path) : '/')
const aliasOf = (record: object) => ('alias' in record ? String(record.alias) : null)

export function sqliteDocuments(
  { reader, writer: db }: { readonly reader: DatabaseSync; readonly writer: DatabaseSync },
  turns: Pick<Turns, 'write'>,
  patiently: Patience,
): Documents {
  const read = reader.prepare('SELECT text, revision FROM documents WHERE name = ?')
  const insert = db.prepare(
    'INSERT OR IGNORE INTO documents (name, text, revision) VALUES (?, ?, 1)',
  )
  const update = db.prepare(
    'UPDATE documents SET text = ?, revision = revision + 1 WHERE name = ? AND revision = ?',
  )
  return {
    read: (name) =>
      patiently(() => read.get(name) as { text: string; revision: number } | undefined),
    write: (name, text, expectedRevision) =>
      turns.write(
        () =>
          (expectedRevision === 0
            ? insert.run(name, text)
            : update.run(text, name, expectedRevision)
          ).changes === 1,
      ),
  }
}
