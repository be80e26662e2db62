import type { Clock } from '../../kernel/clock.ts'
import type { Ephemeral, Put, Space } from '../ephemeral.ts'
import { keptKey } from '../kept-key.ts'
import type { Ask, Row } from './connections.ts'

const putAll = {
  name: 'put',
  text: `INSERT INTO ephemeral (space, key, value, expires_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[])
    ON CONFLICT (space, key) DO UPDATE
      SET value = excluded.value, expires_at = excluded.expires_at`,
}
const replace = {
  name: 'replace',
  text: `UPDATE ephemeral SET value = $3, expires_at = $4
    WHERE space = $1 AND key = $2 AND expires_at > $5 RETURNING 1`,
}
const prolong = {
  name: 'prolong',
  text: `UPDATE ephemeral SET expires_at = $3
    WHERE space = $1 AND key = $2 AND expires_at > $4 RETURNING 1`,
}
const get = {
  name: 'get',
  text: 'SELECT value FROM ephemeral WHERE space = $1 AND key = $2 AND expires_at > $3',
}
const take = {
  name: 'take',
  text: 'DELETE FROM ephemeral WHERE space = $1 AND key = $2 RETURNING value, expires_at',
}
const remove = { name: 'forget', text: 'DELETE FROM ephemeral WHERE space = $1 AND key = $2' }
const claim = {
  name: 'claim',
  text: `INSERT INTO ephemeral AS e (space, key, value, expires_at) VALUES ($1, $2, '', $3)
    ON CONFLICT (space, key) DO UPDATE SET value = '', expires_at = excluded.expires_at
      WHERE e.expires_at <= $4 RETURNING 1`,
}
const asNumber = "convert_from(e.value, 'UTF8')::bigint"
const count = {
  name: 'add',
  text: `INSERT INTO ephemeral AS e (space, key, value, expires_at)
      VALUES ($1, $2, convert_to($5::bigint::text, 'UTF8'), $3)
    ON CONFLICT (space, key) DO UPDATE SET
      value = CASE WHEN e.expires_at <= $4 THEN excluded.value
        ELSE convert_to((${asNumber} + $5::bigint)::text, 'UTF8') END,
      expires_at = CASE WHEN e.expires_at <= $4 THEN excluded.expires_at ELSE e.expires_at END
    RETURNING value, expires_at`,
}
const uncount = {
  name: 'subtract',
  text: `UPDATE ephemeral e
    SET value = convert_to(greatest(${asNumber} - 1, 0)::text, 'UTF8')
    WHERE space = $1 AND key = $2 AND expires_at > $3`,
}
const purgeRows = 500
const purge = {
  name: 'purge',
  text: `DELETE FROM ephemeral WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ephemeral WHERE expires_at <= $1 LIMIT ${purgeRows} FOR UPDATE SKIP LOCKED
  )) RETURNING 1`,
}

interface EphemeralPorts {
  readonly clock: Clock
  readonly read: Ask
  /** Durable when it resolves. */
  readonly write: Ask
  readonly probe: () => Promise<void>
}

export interface PostgresEphemeral extends Ephemeral {
  /** Removes what has expired, some rows at a time, beside other nodes that do so too. */
  sweep(): Promise<void>
}

/**
 * Short-lived state in the durable store: consumed entries stay consumed, also after a crash of the
 * server. Every method is one statement on a connection of its own, so that nodes agree and no
 * transaction takes it back. Times are milliseconds of the injected clock.
 */
export function postgresEphemeral({
  clock,
  read,
  write,
  probe,
}: EphemeralPorts): PostgresEphemeral {
  const now = () => clock.now().getTime()
  const changes = async (...asked: Parameters<Ask>) => (await write(...asked)).length === 1
  const all = async (puts: readonly Put[]) => {
    // One statement can't write an entry twice; and in one order, so that no two wait in a circle.
    const last = new Map(puts.map((one) => [`${one.space} ${one.key}`, one]))
    const rows = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
    if (rows.length === 0) return
    await write(putAll, [
      rows.map(({ space }) => space),
      rows.map(({ key }) => keptKey(key)),
      rows.map(({ value }) => Buffer.from(value)),
      rows.map(({ expiresAt }) => expiresAt.getTime()),
    ])
  }
  return {
    put: (space, key, value, expiresAt) => all([{ space, key, value, expiresAt }]),
    putAll: all,
    replace: (space, key, value, expiresAt) =>
      changes(replace, [...at(space, key), Buffer.from(value), expiresAt.getTime(), now()]),
    prolong: (space, key, expiresAt) =>
      changes(prolong, [...at(space, key), expiresAt.getTime(), now()]),
    async get(space, key) {
      const [row] = await read(get, [...at(space, key), now()])
      return row && textOf(row)
    },
    async take(space, key) {
      const [row] = await write(take, at(space, key))
      return row && Number(row.expires_at) > now() ? textOf(row) : undefined
    },
    async remove(space, key) {
      await write(remove, at(space, key))
    },
    claim: (space, key, expiresAt) =>
      changes(claim, [...at(space, key), expiresAt.getTime(), now()]),
    async count(space, key, windowSeconds, weight = 1) {
      const until = now() + windowSeconds * 1000
      const [row] = await write(count, [...at(space, key), until, now(), weight])
      return { count: Number(textOf(row!)), resetsAt: new Date(Number(row!.expires_at)) }
    },
    async uncount(space, key) {
      await write(uncount, [...at(space, key), now()])
    },
    probe,
    async sweep() {
      while ((await write(purge, [now()])).length === purgeRows);
    },
    // Lives as long as the store.
    [Symbol.asyncDispose]: async () => {},
  }
}

const at = (space: Space, key: string): readonly string[] => [space, keptKey(key)]
const textOf = ({ value }: Row): string => (value as Buffer).toString()
