import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { knownVersion, schemaVersion } from './migrations.ts'

/**
 * Copies a store, as of one moment, into a file that is not there yet, with mode 0600. The source
 * may be in use: others go on reading and writing. The copy is checked and on disk when this
 * resolves; a file of that name is there only then. Returns how many records it has. Throws Error
 * with a sentence for the operator when the source is damaged or of a newer schema, or when the
 * target exists.
 */
export async function copySqliteStore(source: string, target: string): Promise<number> {
  // A log of another database beside the copy would be taken for its own, and destroy it.
  for (const file of [target, `${target}-wal`, `${target}-shm`])
    if (existsSync(file)) throw new Error(`\`${file}\` exists: move it away first`)
  const partial = `${target}.partial-${process.pid}`
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  try {
    // SQLite writes into an empty file, which keeps its mode.
    await (await open(partial, 'wx', 0o600)).close()
    copyInto(source, partial)
    const records = checkedRecords(partial)
    await sync(partial)
    await rename(partial, target)
    await sync(dirname(target))
    return records
  } finally {
    await rm(partial, { force: true })
  }
}

const busyTimeoutMs = 5000

function copyInto(source: string, target: string): void {
  using db = new DatabaseSync(source, { timeout: busyTimeoutMs })
  const version = schemaVersion(db)
  if (version > knownVersion)
    throw new Error(
      `\`${source}\` has schema version ${version}, this Gatehouse knows ${knownVersion}: ` +
        'use the newer one',
    )
  db.prepare('VACUUM INTO ?').run(target)
}

function checkedRecords(file: string): number {
  using db = new DatabaseSync(file, { readOnly: true })
  refuseDamaged(db, file, 'integrity_check')
  const row = db.prepare('SELECT count(*) AS n FROM records').get()
  return Number(row?.n)
}

/** Throws Error with a sentence for the operator when the database is damaged. */
export function refuseDamaged(
  db: DatabaseSync,
  file: string,
  check: 'integrity_check' | 'quick_check',
): void {
  const found = db.prepare(`PRAGMA ${check}(1)`).get()?.[check]
  if (found !== 'ok')
    throw new Error(
      `the store \`${file}\` is damaged (${String(found)}): ` +
        'bring it back from a backup with `gatehouse restore`',
    )
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
