import type { DatabaseSync } from 'node:sqlite'
import type { Changes } from '../store.ts'

/** A transaction that changed more records makes every process drop its whole cache. */
const mostKeys = 1000

/** Notes the records that each transaction changes, and writes them as one row. */
export interface ChangeLog {
  /** Call when a transaction begins. */
  begin(): void
  note(name: string): void
  /** Call last in the transaction. Writes nothing if nothing changed. */
  write(): void
}

/** `kept`: how many rows stay; a reader that needs older ones has to drop its whole cache. */
export function changeLog(db: DatabaseSync, kept: number): ChangeLog {
  const insert = db.prepare('INSERT INTO changes (keys) VALUES (?) RETURNING seq')
  const prune = db.prepare('DELETE FROM changes WHERE seq <= ?')
  const pruneEvery = Math.max(1, Math.floor(kept / 20))
  const names = new Set<string>()
  return {
    begin: () => names.clear(),
    note: (name) => void names.add(name),
    write() {
      if (names.size === 0) return
      const keys = names.size > mostKeys ? null : JSON.stringify([...names])
      const { seq } = insert.get(keys) as { seq: number }
      if (seq % pruneEvery === 0) prune.run(seq - kept)
    },
  }
}

const nothing: readonly string[] = []

/**
 * Reads the changes, on the connection that reads records, so that every reported change is visible
 * there. `data_version` changes at every commit of another connection; the table is read only then.
 */
export function changesSince(reader: DatabaseSync): (since?: number) => Changes {
  const dataVersion = reader.prepare('PRAGMA data_version')
  const newer = reader.prepare('SELECT seq, keys FROM changes WHERE seq > ? ORDER BY seq')
  const newest = reader.prepare('SELECT coalesce(max(seq), 0) AS seq FROM changes')
  const position = () => (newest.get() as { seq: number }).seq
  let seen = -1
  let last: Changes = { position: -1, keys: nothing }

  function read(since: number): Changes {
    const rows = newer.all(since) as { seq: number; keys: string | null }[]
    const gone = rows.length > 0 ? rows[0]!.seq !== since + 1 : position() !== since
    if (gone || rows.some(({ keys }) => keys === null)) return { position: position(), keys: 'all' }
    return {
      position: rows.at(-1)?.seq ?? since,
      keys: rows.flatMap(({ keys }) => JSON.parse(keys!) as string[]),
    }
  }

  return (since) => {
    const now = (dataVersion.get() as { data_version: number }).data_version
    if (since === undefined) return { position: position(), keys: 'all' }
    if (now === seen && since === last.position) return last
    const found = read(since)
    // Keep the version from before the rows were read, so that commits made in between are read the
    // next time, and everything is read again if reading failed.
    seen = now
    last = { position: found.position, keys: nothing }
    return found
  }
}
