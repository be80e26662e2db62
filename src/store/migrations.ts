import type { DatabaseSync } from 'node:sqlite'

/** In order; a released one never changes. The file's `user_version` is how many were run. */
const migrations: readonly string[] = [
  `CREATE TABLE records (
     kind TEXT NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL,
     path TEXT NOT NULL, alias TEXT, body TEXT NOT NULL,
     PRIMARY KEY (kind, account, key)
   ) WITHOUT ROWID, STRICT;
   CREATE UNIQUE INDEX records_alias ON records (alias) WHERE alias IS NOT NULL;
   CREATE TABLE generation (only INTEGER PRIMARY KEY CHECK (only = 1), value INTEGER NOT NULL) STRICT;
   INSERT INTO generation VALUES (1, 1);
   CREATE TABLE documents (name TEXT PRIMARY KEY, text TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID, STRICT;
   CREATE TABLE ephemeral (
     space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER NOT NULL,
     PRIMARY KEY (space, key)
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX ephemeral_expiry ON ephemeral (expires_at);`,
  // What links.ts says of the records that are there.
  `CREATE TABLE links (
     kind TEXT NOT NULL, account TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL,
     PRIMARY KEY (kind, account, target, key)
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX links_key ON links (kind, account, key);
   INSERT OR IGNORE INTO links SELECT kind, account, 'group/' || value, records.key FROM records, json_each(body, '$.groups') WHERE kind = 'user';
   INSERT OR IGNORE INTO links SELECT kind, account, 'policy/' || value, records.key FROM records, json_each(body, '$.attachedPolicies')
     WHERE kind IN ('user', 'group', 'role');
   INSERT OR IGNORE INTO links SELECT kind, account, 'boundary/' || json_extract(body, '$.permissionsBoundary'), key FROM records
     WHERE kind IN ('user', 'role') AND json_extract(body, '$.permissionsBoundary') IS NOT NULL;
   INSERT OR IGNORE INTO links SELECT kind, account, json_extract(body, '$.owner') || '/' ||
     coalesce('user/' || lower(json_extract(body, '$.userName')), 'root'), key FROM records WHERE kind = 'accessKey';`,
]

/** Brings the file up to date, two processes at once included. Throws when a newer Gatehouse made it. */
export function migrate(db: DatabaseSync): void {
  const done = () => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
  if (done() === migrations.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    const from = done()
    if (from > migrations.length) {
      throw new Error(`the store has schema version ${from}, this Gatehouse knows ${migrations.length}: start the newer one again`)
    }
    for (const sql of migrations.slice(from)) db.exec(sql)
    db.exec(`PRAGMA user_version = ${migrations.length}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
