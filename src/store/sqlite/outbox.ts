import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import type { Outbox, Writes } from '../store.ts'
import type { Patience } from './patience.ts'
import type { Turns } from './turns.ts'

/** Adds texts to the outbox in the open transaction of the writing connection. */
export function sqliteLeave(db: DatabaseSync, clock: Clock): Writes['leave'] {
  const leave = db.prepare('INSERT INTO outbox (left_at, text) VALUES (?, ?)')
  return async (text) => Number(leave.run(clock.now().getTime(), text).lastInsertRowid)
}

export function sqliteOutbox(
  { reader, writer }: { readonly reader: DatabaseSync; readonly writer: DatabaseSync },
  turns: Pick<Turns, 'write'>,
  patiently: Patience,
): Outbox {
  const waiting = reader.prepare(
    'SELECT id, text FROM outbox WHERE left_at <= ? AND id > ? ORDER BY id LIMIT ?',
  )
  const remove = writer.prepare('DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))')
  return {
    waiting: ({ until, after, limit }) =>
      patiently(() =>
        waiting.all(until.getTime(), after, limit).map((row) => {
          const { id, text } = row as { id: number; text: string }
          return { id, text }
        }),
      ),
    delivered: (ids) =>
      turns.write(() => {
        remove.run(JSON.stringify(ids))
      }),
  }
}
