import { linksOf, linkTo } from '../links.ts'
import type { RecordKind, RecordKinds } from '../records.ts'
import { type Listed, type Page, type Reads, recordName, type Writes } from '../store.ts'
import type { Ask, Row } from './connections.ts'
import { findsTogether } from './finds.ts'
import { insertsTogether } from './inserts.ts'
import { lastCharacter, postgresLists } from './lists.ts'
import { postgresSearch } from './search.ts'

const anyAccount = '*'

const count = {
  name: 'count',
  text: 'SELECT n FROM record_counts WHERE kind = $1 AND account = $2',
}
/** Of the kind that has no counter (migrations.ts). */
const countKeys = {
  name: 'count-access-keys',
  text: "SELECT count(*) AS n FROM records WHERE kind = 'accessKey' AND account = $1",
}
const countLinked = {
  name: 'count-linked',
  text: 'SELECT n FROM link_counts WHERE kind = $1 AND account = $2 AND target = $3',
}
const linkTargets = {
  name: 'link-targets',
  text: `SELECT target FROM link_counts WHERE kind = $1 AND account = $2
    AND target >= $3 AND target < $4 AND target > $5 AND n > 0 ORDER BY target LIMIT $6`,
}
const byAlias = { name: 'by-alias', text: 'SELECT account FROM records WHERE alias = $1' }
const bySamlId = {
  name: 'by-saml-id',
  text: "SELECT account, key FROM links WHERE kind = 'samlProvider' AND target = $1",
}
const accounts = {
  name: 'accounts',
  text: `SELECT DISTINCT account FROM record_counts WHERE account <> $1 AND n > 0
    ORDER BY account`,
}

/** Reads with the statements of `ask`: the newest commit, or what the transaction has written. */
export function postgresReads(ask: Ask): Reads {
  const find = findsTogether(ask)
  const { list, linked } = postgresLists(ask)
  const first = async (...asked: Parameters<Ask>) => (await ask(...asked))[0]
  const number = async (...asked: Parameters<Ask>) => Number((await first(...asked))?.n ?? 0)
  return {
    async find<K extends RecordKind>(kind: K, account: string, key: string) {
      const body = await find({ kind, account, key })
      return body === undefined ? undefined : recordOf(kind, { account, key, body })
    },
    async list<K extends RecordKind>(kind: K, account: string, page: Page) {
      return parsed(kind, account, await list(kind, account, page))
    },
    async linked<K extends RecordKind>(kind: K, account: string, target: string, page: Page) {
      return parsed(kind, account, await linked({ kind, account, target }, page))
    },
    countLinked: (kind, account, target) => number(countLinked, [kind, account, target]),
    async linkTargets(kind, account, { prefix, after = '', limit }) {
      const range = [prefix, prefix + lastCharacter, after, limit]
      const rows = await ask(linkTargets, [kind, account, ...range])
      return rows.map(({ target }) => target)
    },
    search: postgresSearch(ask),
    count: (kind, account) =>
      kind === 'accessKey' ? number(countKeys, [account]) : number(count, [kind, account]),
    accountByAlias: async (alias) => (await first(byAlias, [alias]))?.account,
    async samlProviderById(id) {
      const row = await first(bySamlId, [linkTo.id(id)])
      return row && { account: row.account, key: row.key }
    },
    async accounts() {
      return (await ask(accounts, [anyAccount])).map(({ account }) => account)
    },
  }
}

function parsed<K extends RecordKind>(
  kind: K,
  account: string,
  rows: readonly Row[],
): readonly Listed<RecordKinds[K]>[] {
  return rows.map(({ key, body }) => ({ key, record: recordOf(kind, { account, key, body }) }))
}

interface Text {
  readonly account: string
  readonly key: string
  readonly body: string
}

/** Throws Error for a damaged text; the message names the record and contains none of its data. */
function recordOf<K extends RecordKind>(kind: K, { account, key, body }: Text): RecordKinds[K] {
  try {
    return JSON.parse(body) as RecordKinds[K]
  } catch {
    throw new Error(
      `the record of ${kind} \`${key}\` of account ${account} is damaged: ` +
        'bring the store back from a backup, or remove the record',
    )
  }
}

// $4 path, $5 alias, $6 body, $7 the targets of its links.
const update = {
  name: 'update',
  text: `WITH changed AS (
      UPDATE records SET path = $4, alias = $5, body = $6
      WHERE kind = $1 AND account = $2 AND key = $3 RETURNING 1
    ), unlinked AS (
      DELETE FROM links WHERE kind = $1 AND account = $2 AND key = $3 AND target <> ALL ($7::text[])
        AND EXISTS (SELECT 1 FROM changed)
    ), linked AS (
      INSERT INTO links (kind, account, target, key)
      SELECT $1, $2, target, $3 FROM changed, unnest($7::text[]) AS t (target)
      ON CONFLICT DO NOTHING
    ) SELECT 1 FROM changed`,
}
const remove = {
  name: 'remove',
  text: `WITH gone AS (
      DELETE FROM records WHERE kind = $1 AND account = $2 AND key = $3 RETURNING 1
    ), unlinked AS (
      DELETE FROM links WHERE kind = $1 AND account = $2 AND key = $3
    ) SELECT 1 FROM gone`,
}

/** Writes in the open transaction of `ask`, and calls `noteChange` with the name of each record. */
export function postgresWrites(
  ask: Ask,
  noteChange: (name: string) => void,
): Pick<Writes, 'insert' | 'update' | 'remove'> {
  const insert = insertsTogether(ask)
  async function write(
    statement: typeof update,
    place: readonly [kind: RecordKind, account: string, key: string],
    rest: readonly unknown[] = [],
  ): Promise<boolean> {
    if ((await ask(statement, [...place, ...rest])).length === 0) return false
    noteChange(recordName(...place))
    return true
  }
  return {
    async insert(kind, account, key, record) {
      const isNew = await insert({ kind, account, key, ...partsOf(kind, record) })
      if (isNew) noteChange(recordName(kind, account, key))
      return isNew
    },
    update: (kind, account, key, record) =>
      write(update, [kind, account, key], columnsOf(kind, record)),
    remove: (kind, account, key) => write(remove, [kind, account, key]),
  }
}

function partsOf<K extends RecordKind>(kind: K, record: RecordKinds[K]) {
  return {
    path: 'path' in record ? String(record.path) : '/',
    alias: 'alias' in record ? String(record.alias) : null,
    body: JSON.stringify(record),
    links: linksOf(kind, record),
  }
}

function columnsOf<K extends RecordKind>(kind: K, record: RecordKinds[K]): readonly unknown[] {
  const { path, alias, body, links } = partsOf(kind, record)
  return [path, alias, body, links]
}
