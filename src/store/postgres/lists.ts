import type { RecordKind } from '../records.ts'
import type { Page } from '../store.ts'
import type { Ask, Row } from './connections.ts'

export interface Target {
  readonly kind: RecordKind
  readonly account: string
  readonly target: string
}

/** What most records have: it needs no filter, and is not in the index. */
const rootPath = '/'
/** Up to so many records of a path are gathered by the index of paths, and then ordered. */
const few = 1000
/** Above everything that starts with the same text, in the order of bytes. */
export const lastCharacter = '\u{10ffff}'

// $1 kind, $2 account, $3 after, $4 limit; then $5 and $6 the path's range; last the target.
const inPath = `FROM records
  WHERE kind = $1 AND account = $2 AND path <> '/' AND path >= $5 AND path < $6`
const ofRecords = 'kind = $1 AND account = $2 AND key > $3'
const ofLinks = 'l.kind = $1 AND l.account = $2 AND l.key > $3'
const joined = `FROM links l
  JOIN records r ON r.kind = l.kind AND r.account = l.account AND r.key = l.key`
/** Gathers and orders keys before it reads bodies, whatever the planner thinks of the range. */
const ofKeys = (keys: string) => `WITH k AS MATERIALIZED (${keys})
  SELECT r.key, r.body FROM (SELECT key FROM k ORDER BY key LIMIT $4) page
  JOIN records r ON r.kind = $1 AND r.account = $2 AND r.key = page.key ORDER BY r.key`

const all = {
  name: 'list',
  text: `SELECT key, body FROM records WHERE ${ofRecords} ORDER BY key LIMIT $4`,
}
const allLinked = {
  name: 'linked',
  text: `SELECT r.key, r.body ${joined} WHERE ${ofLinks} AND l.target = $5 ORDER BY l.key LIMIT $4`,
}
const ofMany = {
  name: 'list-many',
  text: `SELECT key, body FROM records WHERE ${ofRecords} AND path >= $5 AND path < $6
    ORDER BY key LIMIT $4`,
}
const linkedOfMany = {
  name: 'linked-many',
  text: `SELECT r.key, r.body ${joined}
    WHERE ${ofLinks} AND l.target = $7 AND r.path >= $5 AND r.path < $6 ORDER BY l.key LIMIT $4`,
}
const counted = {
  name: 'count-path',
  text: `SELECT count(*) AS n FROM (SELECT 1 FROM records WHERE kind = $1 AND account = $2
    AND path <> '/' AND path >= $3 AND path < $4 LIMIT ${few + 1}) AS found`,
}
const ofFew = { name: 'list-few', text: ofKeys(`SELECT key ${inPath} AND key > $3`) }
const linkedOfFew = {
  name: 'linked-few',
  text: ofKeys(`SELECT key ${inPath} AND key > $3 AND EXISTS (SELECT 1 FROM links
    WHERE kind = $1 AND account = $2 AND target = $7 AND key = records.key)`),
}

/**
 * Pages of records. A path that few records have is found by the index of paths; one that many have
 * in the order of keys, where the page fills soon.
 */
export function postgresLists(ask: Ask): {
  readonly list: (kind: RecordKind, account: string, page: Page) => Promise<readonly Row[]>
  readonly linked: (target: Target, page: Page) => Promise<readonly Row[]>
} {
  async function isRare(range: readonly string[]): Promise<boolean> {
    const [row] = await ask(counted, range)
    return Number(row!.n) <= few
  }
  return {
    async list(kind, account, { after = '', pathPrefix = '', limit }) {
      const page = [kind, account, after, limit]
      if (rootPath.startsWith(pathPrefix)) return ask(all, page)
      const path = [pathPrefix, pathPrefix + lastCharacter]
      const isFew = await isRare([kind, account, ...path])
      return ask(isFew ? ofFew : ofMany, [...page, ...path])
    },
    async linked({ kind, account, target }, { after = '', pathPrefix = '', limit }) {
      const page = [kind, account, after, limit]
      if (rootPath.startsWith(pathPrefix)) return ask(allLinked, [...page, target])
      const path = [pathPrefix, pathPrefix + lastCharacter]
      const isFew = await isRare([kind, account, ...path])
      return ask(isFew ? linkedOfFew : linkedOfMany, [...page, ...path, target])
    },
  }
}
