import type { Ask, Row } from './connections.ts'

/** Where a record is. */
export interface Place {
  readonly kind: string
  readonly account: string
  readonly key: string
}

/** A cold principal with ten groups needs some hundred records at once. */
const mostAtOnce = 500

const one = {
  name: 'find',
  text: 'SELECT body FROM records WHERE kind = $1 AND account = $2 AND key = $3',
}
const many = {
  name: 'find-many',
  text: `SELECT r.kind, r.account, r.key, r.body
    FROM unnest($1::text[], $2::text[], $3::text[]) AS q (kind, account, key)
    JOIN records r ON r.kind = q.kind AND r.account = q.account AND r.key = q.key`,
}

interface Wanted {
  readonly place: Place
  readonly resolve: (body: string | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Finds the text of records. What is asked in one turn of the event loop is one round trip, whoever
 * asks: the policies of a principal, or the callers of requests that came together.
 */
export function findsTogether(ask: Ask): (place: Place) => Promise<string | undefined> {
  let wanted: Wanted[] = []

  async function send(all: readonly Wanted[]): Promise<void> {
    try {
      const bodies = await bodiesOf(
        all.map(({ place }) => place),
        ask,
      )
      for (const { place, resolve } of all) resolve(bodies.get(nameOf(place)))
    } catch (error) {
      for (const { reject } of all) reject(error)
    }
  }
  function sendAll(): void {
    const all = wanted
    wanted = []
    for (let at = 0; at < all.length; at += mostAtOnce) void send(all.slice(at, at + mostAtOnce))
  }
  return (place) => {
    // PostgreSQL knows no text with this character, so that no record has it.
    if (place.key.includes('\0')) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      if (wanted.push({ place, resolve, reject }) === 1) setImmediate(sendAll)
    })
  }
}

async function bodiesOf(
  places: readonly Place[],
  ask: Ask,
): Promise<ReadonlyMap<string, string | undefined>> {
  const all = new Map(places.map((place) => [nameOf(place), place]))
  if (all.size === 1) {
    const [[name, { kind, account, key }]] = [...all] as [[string, Place]]
    const [row] = await ask(one, [kind, account, key])
    return new Map([[name, row?.body as string | undefined]])
  }
  const column = (of: (place: Place) => string) => [...all.values()].map(of)
  const rows = await ask(many, [
    column(({ kind }) => kind),
    column(({ account }) => account),
    column(({ key }) => key),
  ])
  return new Map(rows.map((row: Row) => [nameOf(row as Row & Place), row.body as string]))
}

const nameOf = ({ kind, account, key }: Place): string => `${kind}/${account}/${key}`
