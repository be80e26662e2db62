import type { DatabaseSync } from 'node:sqlite'
import { linksOf } from './links.ts'
import type { RecordKind, RecordKinds } from './records.ts'
import type { Documents, Listed, Page, Reads, Writes } from './store.ts'

const anyAccount = '*'

/** Statements are prepared once a connection; what they answer is that connection's snapshot. */
export function sqliteReads(db: DatabaseSync): Reads {
  const find = db.prepare('SELECT body FROM records WHERE kind = ? AND account = ? AND key = ?')
  const list = db.prepare(`SELECT key, body FROM records
    WHERE kind = ? AND account = ? AND key > ? AND substr(path, 1, length(?)) = ? ORDER BY key LIMIT ?`)
  const count = db.prepare('SELECT count(*) AS n FROM records WHERE kind = ? AND account = ?')
  const linked = db.prepare(`SELECT r.key, r.body FROM links l JOIN records r ON r.kind = l.kind AND r.account = l.account AND r.key = l.key
    WHERE l.kind = ? AND l.account = ? AND l.target = ? AND l.key > ? AND substr(r.path, 1, length(?)) = ? ORDER BY l.key LIMIT ?`)
  const countLinked = db.prepare('SELECT count(*) AS n FROM links WHERE kind = ? AND account = ? AND target = ?')
  const byAlias = db.prepare('SELECT account FROM records WHERE alias = ?')
  const accounts = db.prepare('SELECT DISTINCT account FROM records WHERE account <> ? ORDER BY account')
  return {
    async find<K extends RecordKind>(kind: K, account: string, key: string) {
      const row = find.get(kind, account, key) as { body: string } | undefined
      return row && (JSON.parse(row.body) as RecordKinds[K])
    },
    async list<K extends RecordKind>(kind: K, account: string, { after = '', pathPrefix = '', limit }: Page) {
      return parsed<K>(list.all(kind, account, after, pathPrefix, pathPrefix, limit))
    },
    async linked<K extends RecordKind>(kind: K, account: string, target: string, { after = '', pathPrefix = '', limit }: Page) {
      return parsed<K>(linked.all(kind, account, target, after, pathPrefix, pathPrefix, limit))
    },
    countLinked: async (kind, account, target) => (countLinked.get(kind, account, target) as { n: number }).n,
    count: async (kind, account) => (count.get(kind, account) as { n: number }).n,
    accountByAlias: async (alias) => (byAlias.get(alias) as { account: string } | undefined)?.account,
    accounts: async () => (accounts.all(anyAccount) as { account: string }[]).map(({ account }) => account),
  }
}

function parsed<K extends RecordKind>(rows: readonly unknown[]): readonly Listed<RecordKinds[K]>[] {
  return (rows as readonly { key: string; body: string }[]).map(({ key, body }) => ({ key, record: JSON.parse(body) as RecordKinds[K] }))
}

/** Writes within the transaction that is open on `db`. */
export function sqliteWrites(db: DatabaseSync): Writes {
  const insert = db.prepare('INSERT OR IGNORE INTO records (kind, account, key, path, alias, body) VALUES (?, ?, ?, ?, ?, ?)')
  const update = db.prepare('UPDATE records SET path = ?, alias = ?, body = ? WHERE kind = ? AND account = ? AND key = ?')
  const remove = db.prepare('DELETE FROM records WHERE kind = ? AND account = ? AND key = ?')
  const link = db.prepare('INSERT INTO links (kind, account, target, key) VALUES (?, ?, ?, ?)')
  const unlink = db.prepare('DELETE FROM links WHERE kind = ? AND account = ? AND key = ?')
  function linkAll<K extends RecordKind>(kind: K, account: string, key: string, record: RecordKinds[K]): true {
    for (const target of linksOf(kind, record)) link.run(kind, account, target, key)
    return true
  }
  return {
    ...sqliteReads(db),
    insert: async (kind, account, key, record) =>
      insert.run(kind, account, key, pathOf(record), aliasOf(record), JSON.stringify(record)).changes === 1 && linkAll(kind, account, key, record),
    async update(kind, account, key, record) {
      if (update.run(pathOf(record), aliasOf(record), JSON.stringify(record), kind, account, key).changes !== 1) return false
      unlink.run(kind, account, key)
      return linkAll(kind, account, key, record)
    },
    async remove(kind, account, key) {
      unlink.run(kind, account, key)
      return remove.run(kind, account, key).changes === 1
    },
  }
}

const pathOf = (record: object) => ('path' in record ? String(record.path) : '/')
const aliasOf = (record: object) => ('alias' in record ? String(record.alias) : null)

/** `exclusively` runs one write at a time on the connection. */
export function sqliteDocuments(db: DatabaseSync, exclusively: <T>(work: () => T) => Promise<T>): Documents {
  const read = db.prepare('SELECT text, revision FROM documents WHERE name = ?')
  const insert = db.prepare('INSERT OR IGNORE INTO documents (name, text, revision) VALUES (?, ?, 1)')
  const update = db.prepare('UPDATE documents SET text = ?, revision = revision + 1 WHERE name = ? AND revision = ?')
  return {
    read: (name) => exclusively(() => read.get(name) as { text: string; revision: number } | undefined),
    write: (name, text, expectedRevision) =>
      exclusively(() => (expectedRevision === 0 ? insert.run(name, text) : update.run(text, name, expectedRevision)).changes === 1),
  }
}
