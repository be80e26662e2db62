import type { DatabaseSync } from 'node:sqlite'
import type { RecordKind } from '../records.ts'
import type { Page } from '../store.ts'

type Rows = readonly Record<string, unknown>[]
export interface Target {
  readonly kind: RecordKind
  readonly account: string
  readonly target: string
}

/** What most records have: it needs no filter, and is not in the index. */
const rootPath = '/'
/** Up to so many records of a path are gathered by the index of paths, and then ordered. */
const few = 1000
/** Above everything that starts with the same text, in SQLite's order of bytes. */
const last = '\u{10ffff}'

const inPath = `FROM records INDEXED BY records_path
  WHERE kind = :kind AND account = :account AND path <> '/' AND path >= :prefix AND path < :end`
const linkedTo = `EXISTS (SELECT 1 FROM links
  WHERE kind = :kind AND account = :account AND target = :target AND key = records.key)`
/** Orders keys before it reads bodies. */
const ofKeys = (keys: string) => `SELECT r.key, r.body FROM (${keys} ORDER BY key LIMIT :limit) k
  JOIN records r ON r.kind = :kind AND r.account = :account AND r.key = k.key ORDER BY r.key`

/**
 * Pages of records. A path that few records have is found by the index of paths; one that many have
 * in the order of keys, where the page fills soon.
 */
export function sqliteLists(db: DatabaseSync): {
  readonly list: (kind: RecordKind, account: string, page: Page) => Rows
  readonly linked: (target: Target, page: Page) => Rows
} {
  const all = db.prepare(`SELECT key, body FROM records
    WHERE kind = :kind AND account = :account AND key > :after ORDER BY key LIMIT :limit`)
  const allLinked = db.prepare(`SELECT r.key, r.body FROM links l
    JOIN records r ON r.kind = l.kind AND r.account = l.account AND r.key = l.key
    WHERE l.kind = :kind AND l.account = :account AND l.target = :target AND l.key > :after
    ORDER BY l.key LIMIT :limit`)
  const ofMany = db.prepare(`SELECT key, body FROM records
    WHERE kind = :kind AND account = :account AND key > :after AND path >= :prefix AND path < :end
    ORDER BY key LIMIT :limit`)
  const linkedOfMany = db.prepare(`SELECT r.key, r.body FROM links l
    JOIN records r ON r.kind = l.kind AND r.account = l.account AND r.key = l.key
    WHERE l.kind = :kind AND l.account = :account AND l.target = :target AND l.key > :after
      AND r.path >= :prefix AND r.path < :end
    ORDER BY l.key LIMIT :limit`)
  const counted = db.prepare(`SELECT count(*) AS n FROM (SELECT 1 ${inPath} LIMIT ${few + 1})`)
  const ofFew = db.prepare(ofKeys(`SELECT key ${inPath} AND key > :after`))
  const linkedOfFew = db.prepare(ofKeys(`SELECT key ${inPath} AND key > :after AND ${linkedTo}`))

  /** Whether at most `few` records have a path that starts so. */
  function isRare(path: Readonly<Record<'kind' | 'account' | 'prefix' | 'end', string>>): boolean {
    return Number(counted.get(path)?.n) <= few
  }
  return {
    list(kind, account, { after = '', pathPrefix = '', limit }) {
      const page = { kind, account, after, limit }
      if (rootPath.startsWith(pathPrefix)) return all.all(page)
      const path = { kind, account, prefix: pathPrefix, end: pathPrefix + last }
      return (isRare(path) ? ofFew : ofMany).all({ ...page, ...path })
    },
    linked({ kind, account, target }, { after = '', pathPrefix = '', limit }) {
      const page = { kind, account, target, after, limit }
      if (rootPath.startsWith(pathPrefix)) return allLinked.all(page)
      const path = { kind, account, prefix: pathPrefix, end: pathPrefix + last }
      return (isRare(path) ? linkedOfFew : linkedOfMany).all({ ...page, ...path })
    },
  }
}
