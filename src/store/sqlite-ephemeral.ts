import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from './ephemeral.ts'

const purgeEverySeconds = 60

/**
 * Short-lived state in the durable store: what was consumed stays consumed over a restart. Every verb is one statement,
 * so two processes on one file agree. Times are milliseconds of the injected clock.
 */
export function sqliteEphemeral(db: DatabaseSync, clock: Clock, exclusively: <T>(work: () => T) => Promise<T>): Ephemeral {
  const put = db.prepare('INSERT OR REPLACE INTO ephemeral (space, key, value, expires_at) VALUES (?, ?, ?, ?)')
  const replace = db.prepare('UPDATE ephemeral SET value = ?, expires_at = ? WHERE space = ? AND key = ? AND expires_at > ?')
  const get = db.prepare('SELECT value FROM ephemeral WHERE space = ? AND key = ? AND expires_at > ?')
  const take = db.prepare('DELETE FROM ephemeral WHERE space = ? AND key = ? RETURNING value, expires_at')
  const remove = db.prepare('DELETE FROM ephemeral WHERE space = ? AND key = ?')
  const claim = db.prepare(`INSERT INTO ephemeral (space, key, value, expires_at) VALUES (?, ?, '', ?)
    ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at WHERE ephemeral.expires_at <= ?`)
  const count = db.prepare(`INSERT INTO ephemeral (space, key, value, expires_at) VALUES (?1, ?2, '1', ?3)
    ON CONFLICT DO UPDATE SET
      value = CASE WHEN expires_at <= ?4 THEN '1' ELSE CAST(CAST(value AS INTEGER) + 1 AS TEXT) END,
      expires_at = CASE WHEN expires_at <= ?4 THEN excluded.expires_at ELSE expires_at END
    RETURNING value, expires_at`)
  const purge = db.prepare('DELETE FROM ephemeral WHERE expires_at <= ?')
  const now = () => clock.now().getTime()
  const timer = setInterval(() => exclusively(() => purge.run(now())).catch(() => undefined), purgeEverySeconds * 1000)
  timer.unref()

  return {
    put: (space, key, value, expiresAt) => exclusively(() => { put.run(space, key, value, expiresAt.getTime()) }),
    replace: (space, key, value, expiresAt) => exclusively(() => replace.run(value, expiresAt.getTime(), space, key, now()).changes === 1),
    get: (space, key) => exclusively(() => (get.get(space, key, now()) as { value: string } | undefined)?.value),
    take: (space, key) =>
      exclusively(() => {
        const row = take.get(space, key) as { value: string; expires_at: number } | undefined
        return row && row.expires_at > now() ? row.value : undefined
      }),
    remove: (space, key) => exclusively(() => { remove.run(space, key) }),
    claim: (space, key, expiresAt) => exclusively(() => claim.run(space, key, expiresAt.getTime(), now()).changes === 1),
    count: (space, key, windowSeconds) =>
      exclusively(() => {
        const row = count.get(space, key, now() + windowSeconds * 1000, now()) as { value: string; expires_at: number }
        return { count: Number(row.value), resetsAt: new Date(row.expires_at) }
      }),
    probe: () => exclusively(() => { get.get('rate', '', 0) }),
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}
