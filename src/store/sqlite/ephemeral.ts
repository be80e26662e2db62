import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import type { Ephemeral } from '../ephemeral.ts'
import type { Patience } from './patience.ts'
import type { Turns } from './turns.ts'

const purgeEverySeconds = 60
/** Rows that one write removes: about a millisecond. */
const purgeRows = 500

/**
 * Short-lived state in the durable store: consumed entries stay consumed after a restart. Every
 * method is one statement, so that two processes on one file agree. Times are milliseconds of the
 * injected clock.
 */
export function sqliteEphemeral(
  { reader, writer: db }: { readonly reader: DatabaseSync; readonly writer: DatabaseSync },
  { clock, turns, patiently }: EphemeralPorts,
): Ephemeral {
  const put = db.prepare(
    'INSERT OR REPLACE INTO ephemeral (space, key, value, expires_at) VALUES (?, ?, ?, ?)',
  )
  const replace = db.prepare(
    'UPDATE ephemeral SET value = ?, expires_at = ? WHERE space = ? AND key = ? AND expires_at > ?',
  )
  const prolong = db.prepare(
    'UPDATE ephemeral SET expires_at = ? WHERE space = ? AND key = ? AND expires_at > ?',
  )
  const getting = 'SELECT value FROM ephemeral WHERE space = ? AND key = ? AND expires_at > ?'
  const get = reader.prepare(getting)
  const getInside = db.prepare(getting)
  const take = db.prepare(
    'DELETE FROM ephemeral WHERE space = ? AND key = ? RETURNING value, expires_at',
  )
  const remove = db.prepare('DELETE FROM ephemeral WHERE space = ? AND key = ?')
  const claim =
    db.prepare(`INSERT INTO ephemeral (space, key, value, expires_at) VALUES (?, ?, '', ?)
    ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at WHERE ephemeral.expires_at <= ?`)
  const count =
    db.prepare(`INSERT INTO ephemeral (space, key, value, expires_at) VALUES (?1, ?2, ?5, ?3)
    ON CONFLICT DO UPDATE SET
      value = CASE WHEN expires_at <= ?4 THEN ?5
        ELSE CAST(CAST(value AS INTEGER) + CAST(?5 AS INTEGER) AS TEXT) END,
      expires_at = CASE WHEN expires_at <= ?4 THEN excluded.expires_at ELSE expires_at END
    RETURNING value, expires_at`)
  const uncount = db.prepare(`UPDATE ephemeral
    SET value = CAST(MAX(CAST(value AS INTEGER) - 1, 0) AS TEXT)
    WHERE space = ? AND key = ? AND expires_at > ?`)
  const purge = db.prepare(`DELETE FROM ephemeral WHERE (space, key) IN
    (SELECT space, key FROM ephemeral WHERE expires_at <= ? LIMIT ${purgeRows})`)
  const now = () => clock.now().getTime()
  const sweep = sweeping(() => turns.write(() => Number(purge.run(now()).changes) === purgeRows))
  const timer = setInterval(sweep, purgeEverySeconds * 1000)
  timer.unref()

  return {
    put: (space, key, value, expiresAt) =>
      turns.write(() => {
        put.run(space, key, value, expiresAt.getTime())
      }),
    putAll: (puts) =>
      turns.write(() => {
        for (const { space, key, value, expiresAt } of puts)
          put.run(space, key, value, expiresAt.getTime())
      }),
    replace: (space, key, value, expiresAt) =>
      turns.write(() => replace.run(value, expiresAt.getTime(), space, key, now()).changes === 1),
    prolong: (space, key, expiresAt) =>
      turns.write(() => prolong.run(expiresAt.getTime(), space, key, now()).changes === 1),
    get: (space, key) =>
      patiently(() => {
        const statement = turns.isInside() ? getInside : get
        return (statement.get(space, key, now()) as { value: string } | undefined)?.value
      }),
    take: (space, key) =>
      turns.write(() => {
        const row = take.get(space, key) as { value: string; expires_at: number } | undefined
        return row && row.expires_at > now() ? row.value : undefined
      }),
    remove: (space, key) =>
      turns.write(() => {
        remove.run(space, key)
      }),
    claim: (space, key, expiresAt) =>
      turns.write(() => claim.run(space, key, expiresAt.getTime(), now()).changes === 1),
    count: (space, key, windowSeconds, weight = 1) =>
      turns.write(() => {
        const until = now() + windowSeconds * 1000
        const row = count.get(space, key, until, now(), String(weight)) as {
          value: string
          expires_at: number
        }
        return { count: Number(row.value), resetsAt: new Date(row.expires_at) }
      }),
    uncount: (space, key) =>
      turns.write(() => {
        uncount.run(space, key, now())
      }),
    probe: () =>
      patiently(() => {
        get.get('rate', '', 0)
      }),
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}

interface EphemeralPorts {
  readonly clock: Clock
  readonly turns: Pick<Turns, 'write' | 'isInside'>
  readonly patiently: Patience
}

/**
 * Repeats a slice of a sweep until it says that it was the last, one sweep at a time. What fails is
 * left to the next sweep.
 */
function sweeping(slice: () => Promise<boolean>): () => void {
  let busy = false
  return async () => {
    if (busy) return
    busy = true
    try {
      while (await slice());
    } catch {
      // The store's own checks report it.
    }
    busy = false
  }
}
