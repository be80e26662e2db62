import type { Client } from 'pg'
import { refuseNewer, versionOf } from './schema-version.ts'
import { identifier } from './server.ts'

/** One step of the schema. A released step never changes. */
export interface Migration {
  readonly sql: string
  /**
   * The oldest schema version that a Gatehouse may know and still work on the result: during a
   * rolling upgrade the nodes that are not upgraded yet go on with it.
   */
  readonly worksFrom: number
}

/** In order; the schema's version is the number of those that were run. */
export const migrations: readonly Migration[] = [
  {
    worksFrom: 1,
    // Texts are in the order of bytes, as in SQLite.
    sql: `
CREATE TABLE records (
  kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
  path text COLLATE "C" NOT NULL, alias text COLLATE "C", body text NOT NULL,
  PRIMARY KEY (kind, account, key)
);
CREATE UNIQUE INDEX records_alias ON records (alias) WHERE alias IS NOT NULL;
CREATE INDEX records_path ON records (kind, account, path, key) WHERE path <> '/';
CREATE TABLE links (
  kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, account, target, key)
);
CREATE INDEX links_key ON links (kind, account, key);
CREATE INDEX links_saml_provider ON links (target) WHERE kind = 'samlProvider';
CREATE TABLE record_counts (
  kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL, n bigint NOT NULL,
  PRIMARY KEY (kind, account)
) WITH (fillfactor = 50);
CREATE TABLE link_counts (
  kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL, n bigint NOT NULL,
  PRIMARY KEY (kind, account, target)
) WITH (fillfactor = 80);
CREATE TABLE changes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(), keys text
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX changes_xid ON changes (xid);
CREATE INDEX changes_at ON changes (at);
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, left_at bigint NOT NULL, text text NOT NULL
);
CREATE TABLE documents (
  name text COLLATE "C" PRIMARY KEY, text text NOT NULL, revision bigint NOT NULL
);
CREATE TABLE ephemeral (
  space text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
  value bytea NOT NULL, expires_at bigint NOT NULL,
  PRIMARY KEY (space, key)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX ephemeral_expiry ON ephemeral (expires_at);

-- Access keys of all accounts are in one account: a counter of theirs would be a row that
-- transactions of all accounts wait for.
CREATE FUNCTION count_records() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO record_counts
      SELECT kind, account, count(*) FROM changed WHERE kind <> 'accessKey' GROUP BY kind, account
      ON CONFLICT (kind, account) DO UPDATE SET n = record_counts.n + excluded.n;
  ELSE
    UPDATE record_counts c SET n = c.n - gone.n
      FROM (SELECT kind, account, count(*) AS n FROM changed GROUP BY kind, account) gone
      WHERE c.kind = gone.kind AND c.account = gone.account;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER record_counted AFTER INSERT ON records REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_records();
CREATE TRIGGER record_uncounted AFTER DELETE ON records REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_records();
CREATE FUNCTION count_links() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO link_counts
      SELECT kind, account, target, count(*) FROM changed GROUP BY kind, account, target
      ON CONFLICT (kind, account, target) DO UPDATE SET n = link_counts.n + excluded.n;
  ELSE
    UPDATE link_counts c SET n = c.n - gone.n
      FROM (SELECT kind, account, target, count(*) AS n FROM changed
            GROUP BY kind, account, target) gone
      WHERE c.kind = gone.kind AND c.account = gone.account AND c.target = gone.target;
    DELETE FROM link_counts c USING changed o
      WHERE c.kind = o.kind AND c.account = o.account AND c.target = o.target AND c.n = 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER link_counted AFTER INSERT ON links REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_links();
CREATE TRIGGER link_uncounted AFTER DELETE ON links REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_links();`,
  },
  {
    worksFrom: 1,
    // What is searched: names, times and paths without the records, kept by triggers, so that nodes
    // that are not upgraded yet keep them too; links from what has tags.
    sql: `
CREATE TABLE directory (
  kind text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
  created text COLLATE "C" NOT NULL, path text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, account, key) INCLUDE (created, path)
);
CREATE INDEX directory_created ON directory (kind, account, created, key) INCLUDE (path);
CREATE FUNCTION member_of(body text, member text) RETURNS json LANGUAGE plpgsql IMMUTABLE
  SET search_path FROM CURRENT AS $$
BEGIN
  RETURN body::json -> member;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
INSERT INTO directory
  SELECT kind, account, key, coalesce(member_of(body, 'createdAt') #>> '{}', ''), path
  FROM records WHERE kind IN ('user', 'group', 'role', 'policy');
CREATE FUNCTION file_record() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO directory VALUES (NEW.kind, NEW.account, NEW.key,
        coalesce(member_of(NEW.body, 'createdAt') #>> '{}', ''), NEW.path)
      ON CONFLICT (kind, account, key) DO UPDATE
        SET created = excluded.created, path = excluded.path;
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE directory SET path = NEW.path
      WHERE kind = NEW.kind AND account = NEW.account AND key = NEW.key;
  ELSE
    DELETE FROM directory WHERE kind = OLD.kind AND account = OLD.account AND key = OLD.key;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER record_filed AFTER INSERT ON records FOR EACH ROW
  WHEN (NEW.kind IN ('user', 'group', 'role', 'policy')) EXECUTE FUNCTION file_record();
CREATE TRIGGER record_moved AFTER UPDATE ON records FOR EACH ROW
  WHEN (NEW.path <> OLD.path) EXECUTE FUNCTION file_record();
CREATE TRIGGER record_unfiled AFTER DELETE ON records FOR EACH ROW
  WHEN (OLD.kind IN ('user', 'group', 'role', 'policy')) EXECUTE FUNCTION file_record();
INSERT INTO links (kind, account, target, key)
  SELECT DISTINCT kind, account, target, key FROM records,
    json_array_elements(coalesce(member_of(body, 'tags'), '[]')) AS tag,
    unnest(ARRAY['tag/' || (tag ->> 'Key'),
      'tag/' || (tag ->> 'Key') || chr(10) || (tag ->> 'Value')]) AS targets (target)
  WHERE kind IN ('user', 'role', 'policy') AND target IS NOT NULL
  ON CONFLICT DO NOTHING;`,
  },
  {
    worksFrom: 1,
    // A node from before the step above takes the links of tags away from each record that it
    // writes: a trigger, which runs once its statement has ended, brings them back.
    sql: `
CREATE FUNCTION tags_of(body text) RETURNS SETOF text LANGUAGE sql IMMUTABLE
  SET search_path FROM CURRENT AS $$
  SELECT DISTINCT target FROM json_array_elements(coalesce(member_of(body, 'tags'), '[]')) AS tag,
    unnest(ARRAY['tag/' || (tag ->> 'Key'),
      'tag/' || (tag ->> 'Key') || chr(10) || (tag ->> 'Value')]) AS targets (target)
  WHERE target IS NOT NULL
$$;
CREATE FUNCTION link_tags() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO links (kind, account, target, key)
    SELECT NEW.kind, NEW.account, target, NEW.key FROM tags_of(NEW.body) AS target
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER record_tagged AFTER INSERT OR UPDATE ON records FOR EACH ROW
  WHEN (NEW.kind IN ('user', 'role', 'policy') AND strpos(NEW.body, '"tags":[]') = 0)
  EXECUTE FUNCTION link_tags();
INSERT INTO links (kind, account, target, key)
  SELECT kind, account, target, key FROM records, tags_of(body) AS target
  WHERE kind IN ('user', 'role', 'policy')
  ON CONFLICT DO NOTHING;`,
  },
]

/** A migration waits for running transactions, and they for it. */
const [lockTimeout, statementTimeout] = ['60s', '0']
/** The first version that has numbers of transactions that never come again (xid8). */
const oldestServer = 130_000

export interface MigrateOptions {
  readonly schema: string
  /** SQL that locks out every other transaction of this schema until the end of this one. */
  readonly lock: string
  /** Whether an empty schema may be made where there is none. */
  readonly mayCreate: boolean
  /** Absent: all of them. */
  readonly steps?: readonly Migration[]
}

/**
 * Brings the schema up to date, also when several nodes do so at once. Rejects with a sentence for
 * the operator when the server or the schema is not fit.
 */
export async function migrate(client: Client, options: MigrateOptions): Promise<void> {
  await refuseUnfitServer(client)
  const { steps = migrations } = options
  const before = await versionOf(client)
  if (before) refuseNewer(before, steps.length)
  else if (!options.mayCreate)
    throw new Error(
      `the schema \`${options.schema}\` of the database holds no store: ` +
        'correct `store.postgres`, or let `gatehouse serve` make it, ' +
        'with `--new-store` where there is a root key already',
    )
  if (before && before.version >= steps.length) return
  await client.query(
    `BEGIN; SET LOCAL lock_timeout = '${lockTimeout}';
     SET LOCAL statement_timeout = ${statementTimeout};
     SET LOCAL idle_in_transaction_session_timeout = 0; ${options.lock}`,
  )
  try {
    await bringUpToDate(client, options.schema, steps)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Another node may have been here while this one waited. */
async function bringUpToDate(
  client: Client,
  schema: string,
  steps: readonly Migration[],
): Promise<void> {
  const is = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  // Even `IF NOT EXISTS` takes the right to create schemas, which an operator may not give.
  if (is.rows.length === 0) await client.query(`CREATE SCHEMA ${identifier(schema)}`)
  const from = await versionOf(client)
  if (from) refuseNewer(from, steps.length)
  else
    await client.query(`CREATE TABLE schema_version (
      only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
      version integer NOT NULL, works_from integer NOT NULL)`)
  for (const { sql } of steps.slice(from?.version ?? 0)) await client.query(sql)
  if (from && from.version >= steps.length) return
  const worksFrom = Math.max(...steps.map((step) => step.worksFrom))
  await client.query(
    `INSERT INTO schema_version (version, works_from) VALUES ($1, $2)
     ON CONFLICT (only_one) DO UPDATE SET version = $1, works_from = $2`,
    [steps.length, worksFrom],
  )
}

/** Throws a sentence for the operator unless the schema holds a store of exactly this version. */
export async function refuseOtherVersion(client: Client, schema: string): Promise<void> {
  const found = await versionOf(client)
  if (!found) throw new Error(`the schema \`${schema}\` of the database holds no store`)
  if (found.version === migrations.length) return
  throw new Error(
    `the store has schema version ${found.version}, this Gatehouse copies ${migrations.length}`,
  )
}

async function refuseUnfitServer(client: Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS version,
       current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding`,
  )
  const { version, name, encoding } = rows[0]
  if (version < oldestServer)
    throw new Error(`PostgreSQL ${name} is too old: Gatehouse needs 13 or later`)
  if (encoding !== 'UTF8')
    throw new Error(
      `the database has the encoding ${encoding}: ` +
        "create one with `ENCODING 'UTF8'` for Gatehouse",
    )
}
