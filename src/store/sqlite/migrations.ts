import type { DatabaseSync } from 'node:sqlite'

/** Links each tag of the record, by its key alone and by key and value. */
const linkTags = (record: 'NEW' | 'records', from = '') => `INSERT OR IGNORE INTO links
       SELECT ${record}.kind, ${record}.account, 'tag/' || (tag.value ->> 'Key') ||
         iif(whole.column1, char(10) || (tag.value ->> 'Value'), ''), ${record}.key
       FROM ${from}
         json_each(iif(json_valid(${record}.body), ${record}.body, '{}'), '$.tags') AS tag,
         (VALUES (0), (1)) AS whole
       WHERE tag.type = 'object' AND ${record}.kind IN ('user', 'role', 'policy');`

/**
 * In order; a released migration never changes. The file's `user_version` is the number of
 * migrations that were run.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE records (
     kind TEXT NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL,
     path TEXT NOT NULL, alias TEXT, body TEXT NOT NULL,
     PRIMARY KEY (kind, account, key)
   ) WITHOUT ROWID, STRICT;
   CREATE UNIQUE INDEX records_alias ON records (alias) WHERE alias IS NOT NULL;
   CREATE TABLE generation (
     only INTEGER PRIMARY KEY CHECK (only = 1), value INTEGER NOT NULL
   ) STRICT;
   INSERT INTO generation VALUES (1, 1);
   CREATE TABLE documents (
     name TEXT PRIMARY KEY, text TEXT NOT NULL, revision INTEGER NOT NULL
   ) WITHOUT ROWID, STRICT;
   CREATE TABLE ephemeral (
     space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER NOT NULL,
     PRIMARY KEY (space, key)
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX ephemeral_expiry ON ephemeral (expires_at);`,
  // The links (links.ts) of existing records.
  `CREATE TABLE links (
     kind TEXT NOT NULL, account TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL,
     PRIMARY KEY (kind, account, target, key)
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX links_key ON links (kind, account, key);
   INSERT OR IGNORE INTO links SELECT kind, account, 'group/' || value, records.key
     FROM records, json_each(body, '$.groups') WHERE kind = 'user';
   INSERT OR IGNORE INTO links SELECT kind, account, 'policy/' || value, records.key
     FROM records, json_each(body, '$.attachedPolicies') WHERE kind IN ('user', 'group', 'role');
   INSERT OR IGNORE INTO links
     SELECT kind, account, 'boundary/' || json_extract(body, '$.permissionsBoundary'), key
     FROM records WHERE kind IN ('user', 'role')
       AND json_extract(body, '$.permissionsBoundary') IS NOT NULL;
   INSERT OR IGNORE INTO links SELECT kind, account, json_extract(body, '$.owner') || '/' ||
     coalesce('user/' || lower(json_extract(body, '$.userName')), 'root'), key
     FROM records WHERE kind = 'accessKey';`,
  // Which records each commit changed, as a JSON array of names; NULL: too many to list. Numbers
  // have no gaps, and the newest row stays. An older Gatehouse that still runs on the file would
  // not record its commits; without `generation` they fail.
  `CREATE TABLE changes (seq INTEGER PRIMARY KEY, keys TEXT) STRICT;
   DROP TABLE generation;`,
  // Ids are never reused, because delivery identifies lines by them.
  `CREATE TABLE outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT, left_at INTEGER NOT NULL, text TEXT NOT NULL
   ) STRICT;`,
  // Users are found by their unique ids.
  `INSERT OR IGNORE INTO links SELECT kind, account, 'id/' || json_extract(body, '$.id'), key
     FROM records WHERE kind = 'user';`,
  // MFA devices are unique by path and name: the path becomes the first part of their keys.
  `UPDATE links SET key = (
       SELECT path FROM records
       WHERE (kind, account, key) = (links.kind, links.account, links.key)
     ) || key
     WHERE kind = 'mfaDevice';
   UPDATE records SET key = path || key WHERE kind = 'mfaDevice';`,
  // SAML providers are found by their unique ids, in any account.
  `INSERT OR IGNORE INTO links SELECT kind, account, 'id/' || json_extract(body, '$.id'), key
     FROM records WHERE kind = 'samlProvider';
   CREATE INDEX links_saml_provider ON links (target) WHERE kind = 'samlProvider';`,
  // Counts of records and of links, kept by triggers, so that an older Gatehouse on the same file
  // counts too; records by path; links from MFA devices that are enabled and from versions.
  `CREATE INDEX records_path ON records (kind, account, path, key) WHERE path <> '/';
   CREATE TABLE record_counts (
     kind TEXT NOT NULL, account TEXT NOT NULL, n INTEGER NOT NULL,
     PRIMARY KEY (kind, account)
   ) WITHOUT ROWID, STRICT;
   CREATE TABLE link_counts (
     kind TEXT NOT NULL, account TEXT NOT NULL, target TEXT NOT NULL, n INTEGER NOT NULL,
     PRIMARY KEY (kind, account, target)
   ) WITHOUT ROWID, STRICT;
   INSERT OR IGNORE INTO links SELECT kind, account, 'enabled', key
     FROM links WHERE kind = 'mfaDevice';
   INSERT OR IGNORE INTO links SELECT kind, account, 'version/' || (version.key + 1), records.key
     FROM records, json_each(CASE WHEN json_valid(body) THEN body ELSE '{}' END, '$.versions')
       AS version
     WHERE kind = 'policy';
   INSERT INTO record_counts SELECT kind, account, count(*) FROM records GROUP BY kind, account;
   INSERT INTO link_counts
     SELECT kind, account, target, count(*) FROM links GROUP BY kind, account, target;
   CREATE TRIGGER record_counted AFTER INSERT ON records BEGIN
     INSERT OR IGNORE INTO record_counts VALUES (NEW.kind, NEW.account, 0);
     UPDATE record_counts SET n = n + 1 WHERE kind = NEW.kind AND account = NEW.account;
   END;
   CREATE TRIGGER record_uncounted AFTER DELETE ON records BEGIN
     UPDATE record_counts SET n = n - 1 WHERE kind = OLD.kind AND account = OLD.account;
   END;
   CREATE TRIGGER link_counted AFTER INSERT ON links BEGIN
     INSERT OR IGNORE INTO link_counts VALUES (NEW.kind, NEW.account, NEW.target, 0);
     UPDATE link_counts SET n = n + 1
       WHERE kind = NEW.kind AND account = NEW.account AND target = NEW.target;
   END;
   CREATE TRIGGER link_uncounted AFTER DELETE ON links BEGIN
     UPDATE link_counts SET n = n - 1
       WHERE kind = OLD.kind AND account = OLD.account AND target = OLD.target;
     DELETE FROM link_counts
       WHERE kind = OLD.kind AND account = OLD.account AND target = OLD.target AND n = 0;
   END;`,
  // Revocations are counted, listed and swept by links.
  `INSERT OR IGNORE INTO links
     SELECT kind, account, 'week/' || (unixepoch(json_extract(body, '$.expiresAt')) / 604800), key
     FROM records WHERE kind = 'revocation' AND json_valid(body);
   INSERT OR IGNORE INTO links SELECT kind, account, 'automatic', key
     FROM records WHERE kind = 'revocation' AND json_valid(body)
       AND json_extract(body, '$.by') IN ('the person', 'a check of the sign-in');
   INSERT OR IGNORE INTO links SELECT kind, account, 'listed', key
     FROM records WHERE kind = 'revocation' AND json_valid(body)
       AND json_extract(body, '$.by') <> 'the person';`,
  // What is searched: names, times and paths without the records, kept by triggers, so that an
  // older Gatehouse on the same file keeps them too; links from what has tags.
  `CREATE TABLE directory (
     kind TEXT NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL,
     created TEXT NOT NULL, path TEXT NOT NULL,
     PRIMARY KEY (kind, account, key)
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX directory_created ON directory (kind, account, created, key, path);
   INSERT INTO directory
     SELECT kind, account, key,
       coalesce(iif(json_valid(body), json_extract(body, '$.createdAt'), ''), ''), path
     FROM records WHERE kind IN ('user', 'group', 'role', 'policy');
   CREATE TRIGGER record_filed AFTER INSERT ON records
     WHEN NEW.kind IN ('user', 'group', 'role', 'policy') BEGIN
     INSERT OR REPLACE INTO directory VALUES (NEW.kind, NEW.account, NEW.key,
       coalesce(iif(json_valid(NEW.body), json_extract(NEW.body, '$.createdAt'), ''), ''),
       NEW.path);
   END;
   CREATE TRIGGER record_moved AFTER UPDATE OF path ON records WHEN NEW.path <> OLD.path BEGIN
     UPDATE directory SET path = NEW.path
       WHERE kind = NEW.kind AND account = NEW.account AND key = NEW.key;
   END;
   CREATE TRIGGER record_unfiled AFTER DELETE ON records
     WHEN OLD.kind IN ('user', 'group', 'role', 'policy') BEGIN
     DELETE FROM directory WHERE kind = OLD.kind AND account = OLD.account AND key = OLD.key;
   END;
   INSERT OR IGNORE INTO links
     SELECT kind, account, 'tag/' || json_extract(tag.value, '$.Key'), records.key
     FROM records, json_each(iif(json_valid(body), body, '{}'), '$.tags') AS tag
     WHERE kind IN ('user', 'role', 'policy');
   INSERT OR IGNORE INTO links
     SELECT kind, account, 'tag/' || json_extract(tag.value, '$.Key') || char(10) ||
       json_extract(tag.value, '$.Value'), records.key
     FROM records, json_each(iif(json_valid(body), body, '{}'), '$.tags') AS tag
     WHERE kind IN ('user', 'role', 'policy');`,
  // An older Gatehouse on the same file writes records without the links of their tags, and takes
  // away those that it finds. So a record links its tags itself, and a link stays as long as its
  // record has the tag; whoever links a tag once more is not told that the link is there.
  `CREATE TRIGGER tag_linked BEFORE INSERT ON links
     WHEN NEW.target >= 'tag/' AND NEW.target < 'tag0' AND EXISTS (
       SELECT 1 FROM links WHERE kind = NEW.kind AND account = NEW.account
         AND target = NEW.target AND key = NEW.key
     ) BEGIN SELECT RAISE(IGNORE);
   END;
   CREATE TRIGGER tag_unlinked BEFORE DELETE ON links
     WHEN OLD.target >= 'tag/' AND OLD.target < 'tag0' AND EXISTS (
       SELECT 1 FROM records, json_each(iif(json_valid(body), body, '{}'), '$.tags') AS tag
       WHERE kind = OLD.kind AND account = OLD.account AND records.key = OLD.key
         AND tag.type = 'object' AND OLD.target IN ('tag/' || (tag.value ->> 'Key'),
           'tag/' || (tag.value ->> 'Key') || char(10) || (tag.value ->> 'Value'))
     ) BEGIN SELECT RAISE(IGNORE);
   END;
   CREATE TRIGGER record_tagged AFTER INSERT ON records
     WHEN NEW.kind IN ('user', 'role', 'policy') AND instr(NEW.body, '"tags":[]') = 0 BEGIN
     ${linkTags('NEW')}
   END;
   CREATE TRIGGER record_retagged AFTER UPDATE OF body ON records
     WHEN NEW.kind IN ('user', 'role', 'policy') AND instr(NEW.body, '"tags":[]') = 0
       AND iif(json_valid(NEW.body), NEW.body -> '$.tags', '') IS NOT
         iif(json_valid(OLD.body), OLD.body -> '$.tags', '') BEGIN
     ${linkTags('NEW')}
   END;
   ${linkTags('records', 'records,')}`,
]

/** The schema version that this Gatehouse writes. */
export const knownVersion = migrations.length

export function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version)
}

/**
 * Migrates the file to the current schema, also when two processes do so at once. Throws when a
 * newer Gatehouse wrote it.
 */
export function migrate(db: DatabaseSync): void {
  if (schemaVersion(db) === migrations.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    const from = schemaVersion(db)
    if (from > migrations.length) {
      throw new Error(
        `the store has schema version ${from}, this Gatehouse knows ${migrations.length}: ` +
          'start the newer one again',
      )
    }
    for (const sql of migrations.slice(from)) db.exec(sql)
    db.exec(`PRAGMA user_version = ${migrations.length}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
