import type { DatabaseSync } from 'node:sqlite'
import type { WriteHealthState } from '../write-health.ts'
import type { Patience } from './patience.ts'
import type { Turns } from './turns.ts'

/** More than a page of SQLite, so that the test write needs new space as real writes do. */
const probeBytes = 16_384

/**
 * Rejects while the store can't be read or accepts no writes. If there was no write for some
 * seconds, makes a test write that leaves nothing; concurrent callers share it.
 */
export function sqliteProbe(
  { reader, writer }: { readonly reader: DatabaseSync; readonly writer: DatabaseSync },
  { turns, patiently, health }: ProbePorts,
): () => Promise<void> {
  const read = reader.prepare('SELECT key FROM records LIMIT 1')
  const insert = writer.prepare(
    "INSERT OR REPLACE INTO ephemeral (space, key, value, expires_at) VALUES ('probe', '', ?, 0)",
  )
  const remove = writer.prepare("DELETE FROM ephemeral WHERE space = 'probe'")
  const text = 'x'.repeat(probeBytes)
  let writing: Promise<void> | undefined
  const write = () =>
    turns.write(() => {
      insert.run(text)
      remove.run()
    })

  return async () => {
    await patiently(() => read.get())
    const verdict = health.verdict()
    if (verdict === 'works') return
    if (verdict) throw verdict
    writing ??= write().finally(() => {
      writing = undefined
    })
    await writing
  }
}

interface ProbePorts {
  readonly turns: Pick<Turns, 'write'>
  readonly patiently: Patience
  readonly health: WriteHealthState
}
