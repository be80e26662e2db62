import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import {
  type CopiedRow,
  type CopiedTable,
  type CopySource,
  type CopyTarget,
  copiedTables,
} from '../copy-rows.ts'
import { refuseDamaged } from './copy.ts'
import { knownVersion, migrate, schemaVersion } from './migrations.ts'

const rowsAtOnce = 500

/**
 * Reads a store file, which may be in use. Throws Error with a sentence for the operator when it
 * is damaged, or has another schema than this Gatehouse.
 */
export function sqliteSource(file: string, clock: Clock): CopySource {
  if (!existsSync(file)) throw new Error(`there is no store at \`${file}\``)
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    refuseDamaged(db, file, 'quick_check')
    const version = schemaVersion(db)
    if (version !== knownVersion)
      throw new Error(
        `\`${file}\` has schema version ${version}, this Gatehouse copies ${knownVersion}: ` +
          'start it once on the store',
      )
    // One snapshot until the end.
    db.exec('BEGIN')
  } catch (error) {
    db.close()
    throw error
  }
  return {
    rows: (table) => rowsOf(db, table, clock.now()),
    [Symbol.asyncDispose]: async () => db.close(),
  }
}

/**
 * Makes a store file, with mode 0600, which is there only when it is kept. Rejects with a sentence
 * for the operator when there is one already.
 */
export async function sqliteTarget(file: string): Promise<CopyTarget> {
  for (const one of [file, `${file}-wal`, `${file}-shm`])
    if (existsSync(one)) throw new Error(`\`${one}\` exists: move it away first`)
  const partial = `${file}.partial-${process.pid}`
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  // SQLite writes into an empty file, which keeps its mode.
  await (await open(partial, 'wx', 0o600)).close()
  const db = new DatabaseSync(partial)
  migrate(db)
  db.exec('BEGIN')
  let isOpen = true
  const close = () => {
    if (isOpen) db.close()
    isOpen = false
  }
  return {
    async write(table, rows) {
      const columns = copiedTables[table]
      const insert = db.prepare(
        `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`,
      )
      for (const row of rows) insert.run(...row)
    },
    rows: (table) => rowsOf(db, table, new Date(0)),
    async keep() {
      db.exec('COMMIT')
      refuseDamaged(db, partial, 'integrity_check')
      close()
      for (const path of [partial, dirname(file)]) {
        const handle = await open(path, 'r')
        await handle.sync().finally(() => handle.close())
        if (path === partial) await rename(partial, file)
      }
    },
    async [Symbol.asyncDispose]() {
      close()
      await rm(partial, { force: true })
    },
  }
}

/** Leaves out what has expired by `now`. */
async function* rowsOf(
  db: DatabaseSync,
  table: CopiedTable,
  now: Date,
): AsyncIterable<readonly CopiedRow[]> {
  const living = table === 'ephemeral' ? `WHERE expires_at > ${now.getTime()}` : ''
  const select = db.prepare(`SELECT ${copiedTables[table]} FROM ${table} ${living}`)
  let rows: CopiedRow[] = []
  for (const row of select.iterate()) {
    if (rows.push(Object.values(row) as unknown as CopiedRow) < rowsAtOnce) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}
