import type { Clock } from '../../kernel/clock.ts'
import type { Documents, Outbox, Writes } from '../store.ts'
import type { Ask } from './connections.ts'

const readDocument = {
  name: 'document',
  text: 'SELECT text, revision FROM documents WHERE name = $1',
}
const insertDocument = {
  name: 'insert-document',
  text: `INSERT INTO documents (name, text, revision) VALUES ($1, $2, 1)
    ON CONFLICT DO NOTHING RETURNING 1`,
}
const updateDocument = {
  name: 'update-document',
  text: `UPDATE documents SET text = $2, revision = revision + 1
    WHERE name = $1 AND revision = $3 RETURNING 1`,
}

/** `write` is durable when it resolves. */
interface Asks {
  readonly read: Ask
  readonly write: Ask
}

export function postgresDocuments({ read, write }: Asks): Documents {
  return {
    async read(name) {
      const [row] = await read(readDocument, [name])
      return row && { text: row.text, revision: Number(row.revision) }
    },
    async write(name, text, expectedRevision) {
      const rows =
        expectedRevision === 0
          ? await write(insertDocument, [name, text])
          : await write(updateDocument, [name, text, expectedRevision])
      return rows.length === 1
    },
  }
}

const leaveText = {
  name: 'leave',
  text: 'INSERT INTO outbox (left_at, text) VALUES ($1, $2) RETURNING id',
}
const waitingTexts = {
  name: 'waiting',
  text: 'SELECT id, text FROM outbox WHERE left_at <= $1 AND id > $2 ORDER BY id LIMIT $3',
}
const deliveredTexts = {
  name: 'delivered',
  text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])',
}

/** Adds texts to the outbox in the open transaction of `ask`. */
export function postgresLeave(ask: Ask, clock: Clock): Writes['leave'] {
  return async (text) => {
    const [row] = await ask(leaveText, [clock.now().getTime(), text])
    return Number(row!.id)
  }
}

export function postgresOutbox({ read, write }: Asks): Outbox {
  return {
    async waiting({ until, after, limit }) {
      const rows = await read(waitingTexts, [until.getTime(), after, limit])
      return rows.map(({ id, text }) => ({ id: Number(id), text }))
    },
    async delivered(ids) {
      await write(deliveredTexts, [ids])
    },
  }
}
