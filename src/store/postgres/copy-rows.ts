import type { Client } from 'pg'
import type { Clock } from '../../kernel/clock.ts'
import {
  type CopiedRow,
  type CopiedTable,
  type CopySource,
  type CopyTarget,
  copiedTables,
  tableNames,
} from '../copy-rows.ts'
import { keptKey } from '../kept-key.ts'
import { locksOf } from './locks.ts'
import { migrate, refuseOtherVersion } from './migrations.ts'
import { findPrimary } from './primary.ts'
import { connectAlone, connectionTo, cut, type ServerAccess } from './server.ts'

/** Few, since a record may be SAML metadata of ten million characters. */
const rowsAtOnce = 200
/** One statement may take so long: a copy holds nobody up but other copies. */
const statementTimeoutMs = 600_000

/** The type of each column; bytes are text in other stores. */
const types: Readonly<Record<CopiedTable, readonly string[]>> = {
  records: ['text', 'text', 'text', 'text', 'text', 'text'],
  links: ['text', 'text', 'text', 'text'],
  documents: ['text', 'text', 'bigint'],
  outbox: ['bigint', 'bigint', 'text'],
  ephemeral: ['text', 'text', 'bytea', 'bigint'],
}

async function connect(access: ServerAccess): Promise<Client> {
  const none = () => undefined
  const primary = await findPrimary({ access, log: none, lost: none, found: none })
  await using _end = primary
  const patient = { ...access, statementTimeoutMs, lockTimeoutMs: 60_000 }
  return connectAlone(connectionTo(primary.current(), patient, { durable: true }))
}

/** Reads a store that may be in use. Rejects with a sentence for the operator when it can't. */
export async function postgresSource(access: ServerAccess, clock: Clock): Promise<CopySource> {
  const client = await connect(access)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await refuseOtherVersion(client, access.schema)
  } catch (error) {
    cut(client)
    throw error
  }
  return {
    rows: (table) => rowsOf(client, table, clock.now()),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/**
 * Writes into a schema without records, which is made where there is none. Rejects with a sentence
 * for the operator when it has some. Nodes on it wait until the end.
 */
export async function postgresTarget(access: ServerAccess): Promise<CopyTarget> {
  const { schema } = access
  const lock = locksOf(schema).accounts(undefined)
  const client = await connect(access)
  try {
    await migrate(client, { schema, lock, mayCreate: true })
    await client.query(`BEGIN; ${lock}`)
    const tables = tableNames.map((table) => `EXISTS (SELECT 1 FROM ${table})`)
    const { rows } = await client.query(`SELECT ${tables.join(' OR ')} AS used`)
    if (rows[0].used)
      throw new Error(`the schema \`${schema}\` of the database holds a store: it has to be empty`)
  } catch (error) {
    cut(client)
    throw error
  }
  return {
    write: (table, rows) => write(client, table, rows),
    rows: (table) => rowsOf(client, table, new Date(0)),
    async keep() {
      // Numbers of lines that wait for the trail never come again.
      await client.query(
        `SELECT setval(pg_get_serial_sequence('outbox', 'id'), max(id)) FROM outbox
         HAVING count(*) > 0`,
      )
      await client.query('INSERT INTO changes (keys) VALUES (NULL)')
      await client.query('COMMIT')
    },
    // What is not committed by now never was.
    [Symbol.asyncDispose]: () => client.end(),
  }
}

async function write(
  client: Client,
  table: CopiedTable,
  rows: readonly CopiedRow[],
): Promise<void> {
  const columns = types[table].map((type, at) => rows.map((row) => stored(table, type, row[at]!)))
  const arrays = types[table].map((type, at) => `$${at + 1}::${type}[]`)
  await client.query({
    name: `copy-${table}`,
    text: `INSERT INTO ${table} (${copiedTables[table]}) OVERRIDING SYSTEM VALUE
      SELECT * FROM unnest(${arrays})`,
    values: columns,
  })
}

/** Leaves out what has expired by `now`. */
async function* rowsOf(
  client: Client,
  table: CopiedTable,
  now: Date,
): AsyncIterable<readonly CopiedRow[]> {
  const living = table === 'ephemeral' ? `WHERE expires_at > ${now.getTime()}` : ''
  await client.query(`DECLARE copied NO SCROLL CURSOR FOR
    SELECT ${copiedTables[table]} FROM ${table} ${living}`)
  for (;;) {
    const { rows } = await client.query({
      text: `FETCH ${rowsAtOnce} FROM copied`,
      rowMode: 'array',
    })
    if (rows.length === 0) break
    yield rows.map((row) => row.map((value, at) => plain(value, types[table][at]!)))
  }
  await client.query('CLOSE copied')
}

function stored(table: CopiedTable, type: string, value: string | number | null) {
  if (type === 'bytea') return Buffer.from(String(value))
  return table === 'ephemeral' && typeof value === 'string' ? keptKey(value) : value
}

function plain(value: unknown, type: string): string | number | null {
  if (type === 'bytea') return (value as Buffer).toString()
  return type === 'bigint' ? Number(value) : (value as string | null)
}
