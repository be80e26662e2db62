import { createHash } from 'node:crypto'
import { keptKey } from './kept-key.ts'

/**
 * What a store holds, apart from what follows from it (counters) and what only running nodes need
 * (changes): the columns of each table, in order.
 */
export const copiedTables = {
  records: ['kind', 'account', 'key', 'path', 'alias', 'body'],
  links: ['kind', 'account', 'target', 'key'],
  documents: ['name', 'text', 'revision'],
  outbox: ['id', 'left_at', 'text'],
  ephemeral: ['space', 'key', 'value', 'expires_at'],
} as const
export type CopiedTable = keyof typeof copiedTables
export const tableNames = Object.keys(copiedTables) as readonly CopiedTable[]

/** Values of the columns: the same in every store. */
export type CopiedRow = readonly (string | number | null)[]

/** One state of a store, however long reading it takes. */
export interface CopySource extends AsyncDisposable {
  rows(table: CopiedTable): AsyncIterable<readonly CopiedRow[]>
}

/** An empty store. Disposing it before `keep` leaves nothing. */
export interface CopyTarget extends CopySource {
  write(table: CopiedTable, rows: readonly CopiedRow[]): Promise<void>
  /** Makes what was written the store, for good. */
  keep(): Promise<void>
}

export interface Copied {
  readonly rows: Readonly<Record<CopiedTable, number>>
  /** Of all rows, in hexadecimal digits: equal stores have equal ones. */
  readonly hash: string
}

/**
 * Copies what a store holds, reads the copy again, and keeps it if it has the same rows. Calls
 * `progress` now and then. Rejects, and keeps nothing, where they differ.
 */
export async function copyRows(
  source: CopySource,
  target: CopyTarget,
  progress: (table: CopiedTable, rows: number) => void,
): Promise<Copied> {
  const [read, written] = [createTally(), createTally()]
  for (const table of tableNames) {
    for await (const rows of source.rows(table)) {
      await target.write(table, rows)
      read.add(table, rows)
      progress(table, read.rows[table])
    }
  }
  for (const table of tableNames)
    for await (const rows of target.rows(table)) written.add(table, rows)
  for (const table of tableNames)
    if (read.rows[table] !== written.rows[table])
      throw new Error(
        `${table}: ${read.rows[table]} were read and ${written.rows[table]} are in the copy, ` +
          'which is not kept',
      )
  if (read.hash() !== written.hash())
    throw new Error('what is in the copy is not what was read: it is not kept')
  await target.keep()
  return { rows: read.rows, hash: read.hash() }
}

/** Not every store has every key of short-lived state. */
function comparable(table: CopiedTable, row: CopiedRow): CopiedRow {
  if (table !== 'ephemeral') return row
  const [space, key, ...rest] = row
  return [space!, keptKey(String(key)), ...rest]
}

const hashBits = 256n

/** Counts rows, and adds their hashes up: in whatever order a store gives them. */
function createTally() {
  const rows = Object.fromEntries(tableNames.map((table) => [table, 0])) as Record<
    CopiedTable,
    number
  >
  let sum = 0n
  return {
    rows,
    add(table: CopiedTable, more: readonly CopiedRow[]) {
      rows[table] += more.length
      for (const row of more) {
        const text = JSON.stringify([table, ...comparable(table, row)])
        const digest = createHash('sha256').update(text).digest('hex')
        sum = BigInt.asUintN(Number(hashBits), sum + BigInt(`0x${digest}`))
      }
    },
    hash: () => sum.toString(16).padStart(Number(hashBits / 4n), '0'),
  }
}
