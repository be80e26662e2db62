import type { Ask, Row } from './connections.ts'

/** A record with its links, as it is inserted. */
export interface InsertedRow {
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

// A record and its links are one statement, and so one round trip. $4 path, $5 alias, $6 body, $7
// the targets of its links.
const one = {
  name: 'insert',
  text: `WITH made AS (
      INSERT INTO records (kind, account, key, path, alias, body) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT DO NOTHING RETURNING 1
    ), linked AS (
      INSERT INTO links (kind, account, target, key)
      SELECT $1, $2, target, $3 FROM made, unnest($7::text[]) AS t (target)
    ) SELECT 1 FROM made`,
}
// $7 the targets of all links, $8 of which record each is, counted from 1.
const many = {
  name: 'insert-many',
  text: `WITH given AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        WITH ORDINALITY AS g (kind, account, key, path, alias, body, at)
    ), made AS (
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

interface Wanted {
  readonly row: InsertedRow
  readonly resolve: (isNew: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * Inserts records. What is asked in one turn of the event loop is one round trip. Answers whether
 * the record is new; one whose name or alias is taken is left out.
 */
export function insertsTogether(ask: Ask): (row: InsertedRow) => Promise<boolean> {
  let wanted: Wanted[] = []

  async function send(all: readonly Wanted[]): Promise<void> {
    try {
      const made = await inserted(
        all.map(({ row }) => row),
        ask,
      )
      for (const { row, resolve } of all) resolve(made.delete(nameOf(row)))
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

/** No part has a name twice: of two records of one name the first is inserted. */
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

async function inserted(rows: readonly InsertedRow[], ask: Ask): Promise<Set<string>> {
  const [first] = rows
  if (rows.length === 1) {
    const { kind, account, key, path, alias, body, links } = first!
    const made = await ask(one, [kind, account, key, path, alias, body, links])
    return new Set(made.length === 1 ? [nameOf(first!)] : [])
  }
  const column = (of: (row: InsertedRow) => string | null) => rows.map(of)
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
  return new Set(made.map((row: Row) => nameOf(row as Row & InsertedRow)))
}

const nameOf = ({ kind, account, key }: Pick<InsertedRow, 'kind' | 'account' | 'key'>): string =>
  `${kind}/${account}/${key}`
