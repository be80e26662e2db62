import { linksOf, linkTo } from '../links.ts'
import type { RecordKind, RecordKinds } from '../records.ts'
import { type Listed, type Page, type Reads, recordName, type Writes } from '../store.ts'
import type { Ask, Row } from './connections.ts'
import { findsTogether } from './finds.ts'
import { lastCharacter, postgresLists } from './lists.ts'
import { insertsTogether, updatesTogether, type WriteRow } from './rows-together.ts'
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
  const [insert, update] = [insertsTogether(ask), updatesTogether(ask)]
  const written =
    (write: WriteRow): Writes['insert'] =>
    async (kind, account, key, record) => {
      const isDone = await write({ kind, account, key, ...partsOf(kind, record) })
      if (isDone) noteChange(recordName(kind, account, key))
      return isDone
    }
  return {
    insert: written(insert),
    update: written(update),
    async remove(kind, account, key) {
      if ((await ask(remove, [kind, account, key])).length === 0) return false
      noteChange(recordName(kind, account, key))
      return true
    },
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
