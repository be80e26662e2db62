import type { Ask, Row, Statement } from './connections.ts'

/** A record with its links, as it is written. */
export interface WrittenRow {
  readonly kind: string
  readonly account: string
  readonly key: string
  readonly path: string
  readonly alias: string | null
  readonly body: string
  /** The targets of its links. */
  readonly links: readonly string[]
}

/** Settings put some thousand records in place at their first start. */
const mostAtOnce = 500

/** For one row and for many, with the same parameters but arrays of them. */
interface Statements {
  readonly one: Statement
  readonly many: Statement
}

// A record and its links are one statement, and so one round trip. $4 path, $5 alias, $6 body, $7
// the targets of its links.
const insert = {
  name: 'insert',
  text: `WITH made AS (
      INSERT INTO records (kind, account, key, path, alias, body) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT DO NOTHING RETURNING 1
    ), linked AS (
      INSERT INTO links (kind, account, target, key)
      SELECT $1, $2, target, $3 FROM made, unnest($7::text[]) AS t (target)
    ) SELECT 1 FROM made`,
}
const given = `given AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        WITH ORDINALITY AS g (kind, account, key, path, alias, body, at)
    )`
// $7 the targets of all links, $8 of which record each is, counted from 1.
const insertMany = {
  name: 'insert-many',
  text: `WITH ${given}, made AS (
      INSERT INTO records (kind, account, key, path, alias, body)
      SELECT kind, account, key, path, alias, body FROM given ORDER BY at
      ON CONFLICT DO NOTHING RETURNING kind, account, key
    ), linked AS (
      INSERT INTO links (kind, account, target, key)
      SELECT g.kind, g.account, t.target, g.key
      FROM unnest($7::text[], $8::int[]) AS t (target, at) JOIN given g USING (at)
        JOIN made m ON m.kind = g.kind AND m.account = g.account AND m.key = g.key
    ) SELECT kind, account, key FROM made`,
}
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
const updateMany = {
  name: 'update-many',
  text: `WITH ${given}, changed AS (
      UPDATE records r SET path = g.path, alias = g.alias, body = g.body FROM given g
      WHERE r.kind = g.kind AND r.account = g.account AND r.key = g.key
      RETURNING r.kind, r.account, r.key
    ), wanted AS (
      SELECT g.kind, g.account, t.target, g.key
      FROM unnest($7::text[], $8::int[]) AS t (target, at) JOIN given g USING (at)
    ), unlinked AS (
      DELETE FROM links l USING changed c
      WHERE l.kind = c.kind AND l.account = c.account AND l.key = c.key AND NOT EXISTS (
        SELECT 1 FROM wanted w WHERE w.kind = l.kind AND w.account = l.account
          AND w.target = l.target AND w.key = l.key)
    ), linked AS (
      INSERT INTO links (kind, account, target, key)
      SELECT w.kind, w.account, w.target, w.key FROM wanted w
        JOIN changed c ON c.kind = w.kind AND c.account = w.account AND c.key = w.key
      ON CONFLICT DO NOTHING
    ) SELECT kind, account, key FROM changed`,
}

interface Wanted {
  readonly row: WrittenRow
  readonly resolve: (isWritten: boolean) => void
  readonly reject: (error: unknown) => void
}

/** Writes a record; answers whether it did. */
export type WriteRow = (row: WrittenRow) => Promise<boolean>

/** Inserts records; one whose name or alias is taken is left out. */
export const insertsTogether = (ask: Ask): WriteRow =>
  rowsTogether(ask, { one: insert, many: insertMany })

/** Updates records; one that is not there is left out. */
export const updatesTogether = (ask: Ask): WriteRow =>
  rowsTogether(ask, { one: update, many: updateMany })

/** What is asked in one turn of the event loop is one round trip. */
function rowsTogether(ask: Ask, statements: Statements): WriteRow {
  let wanted: Wanted[] = []

  async function send(all: readonly Wanted[]): Promise<void> {
    try {
      const rows = all.map(({ row }) => row)
      const done = await written(rows, ask, statements)
      for (const { row, resolve } of all) resolve(done.delete(nameOf(row)))
    } catch (error) {
      for (const { reject } of all) reject(error)
    }
  }
  function sendAll(): void {
    const all = wanted
    wanted = []
    for (const some of inParts(all)) void send(some)
  }
  return (row) =>
    new Promise((resolve, reject) => {
      if (wanted.push({ row, resolve, reject }) === 1) setImmediate(sendAll)
    })
}

/** No part has a name twice: two writes of one record follow each other. */
function inParts(all: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const parts: Wanted[][] = []
  let names = new Set<string>()
  for (const each of all) {
    const name = nameOf(each.row)
    if (parts.length === 0 || names.has(name) || names.size === mostAtOnce) {
      parts.push([])
      names = new Set()
    }
    names.add(name)
    parts.at(-1)!.push(each)
  }
  return parts
}

async function written(
  rows: readonly WrittenRow[],
  ask: Ask,
  { one, many }: Statements,
): Promise<Set<string>> {
  const [first] = rows
  if (rows.length === 1) {
    const { kind, account, key, path, alias, body, links } = first!
    const made = await ask(one, [kind, account, key, path, alias, body, links])
    return new Set(made.length === 1 ? [nameOf(first!)] : [])
  }
  const column = (of: (row: WrittenRow) => string | null) => rows.map(of)
  const links = rows.flatMap((row, at) => row.links.map((target) => ({ target, at: at + 1 })))
  const made = await ask(many, [
    column(({ kind }) => kind),
    column(({ account }) => account),
    column(({ key }) => key),
    column(({ path }) => path),
    column(({ alias }) => alias),
    column(({ body }) => body),
    links.map(({ target }) => target),
    links.map(({ at }) => at),
  ])
  return new Set(made.map((row: Row) => nameOf(row as Row & WrittenRow)))
}

const nameOf = ({ kind, account, key }: Pick<WrittenRow, 'kind' | 'account' | 'key'>): string =>
  `${kind}/${account}/${key}`
