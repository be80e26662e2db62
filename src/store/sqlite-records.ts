import type { DatabaseSync } from 'node:sqlite'
import type { RecordKind, RecordKinds } from './records.ts'
import type { Documents, Reads, Writes } from './store.ts'

const anyAccount = '*'

/** Statements are prepared once a connection; what they answer is that connection's snapshot. */
export function sqliteReads(db: DatabaseSync): Reads {
  const find = db.prepare('SELECT body FROM records WHERE kind = ? AND account = ? AND key = ?')
  const list = db.prepare(`SELECT key, body FROM records
    WHERE kind = ? AND account = ? AND key > ? AND substr(path, 1, length(?)) = ? ORDER BY key LIMIT ?`)
  const count = db.prepare('SELECT count(*) AS n FROM records WHERE kind = ? AND account = ?')
  const byAlias = db.prepare('SELECT account FROM records WHERE alias = ?')
  const accounts = db.prepare('SELECT DISTINCT account FROM records WHERE account <> ? ORDER BY account')
  return {
    async find<K extends RecordKind>(kind: K, account: string, key: string) {
      const row = find.get(kind, account, key) as { body: string } | undefined
      return row && (JSON.parse(row.body) as RecordKinds[K])
    },
    async list<K extends RecordKind>(kind: K, account: string, { after = '', pathPrefix = '', limit }: Parameters<Reads['list']>[2]) {
      const rows = list.all(kind, account, after, pathPrefix, pathPrefix, limit) as { key: string; body: string }[]
      return rows.map(({ key, body }) => ({ key, record: JSON.parse(body) as RecordKinds[K] }))
    },
    count: async (kind, account) => (count.get(kind, account) as { n: number }).n,
    accountByAlias: async (alias) => (byAlias.get(alias) as { account: string } | undefined)?.account,
    accounts: async () => (accounts.all(anyAccount) as { account: string }[]).map(({ account }) => account),
  }
}

/** Writes within the transaction that is open on `db`. */
export function sqliteWrites(db: DatabaseSync): Writes {
  const insert = db.prepare('INSERT OR IGNORE INTO records (kind, account, key, path, alias, body) VALUES (?, ?, ?, ?, ?, ?)')
  const update = db.prepare('UPDATE records SET path = ?, alias = ?, body = ? WHERE kind = ? AND account = ? AND key = ?')
  const remove = db.prepare('DELETE FROM records WHERE kind = ? AND account = ? AND key = ?')
  return {
    ...sqliteReads(db),
    insert: async (kind, account, key, record) =>
      insert.run(kind, account, key, pathOf(record), aliasOf(record), JSON.stringify(record)).changes === 1,
    update: async (kind, account, key, record) =>
      update.run(pathOf(record), aliasOf(record), JSON.stringify(record), kind, account, key).changes === 1,
    remove: async (kind, account, key) => remove.run(kind, account, key).changes === 1,
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
