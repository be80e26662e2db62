import { systemClock } from '../../../src/kernel/clock.ts'
import {
  openPostgresStore,
  type PostgresOptions,
  type PostgresStore,
} from '../../../src/store/postgres/open-store.ts'
import type { ServerAccess } from '../../../src/store/postgres/server.ts'
import type { Postgres } from '../../peers/postgres.ts'

let schemas = 0

/** How a store reaches the server; a schema of its own unless one is named. */
export function accessTo(
  postgres: Pick<Postgres, 'port' | 'socket'>,
  more: Partial<ServerAccess> = {},
) {
  return {
    // The socket asks for no password, which costs both sides some milliseconds a connection.
    servers: [{ host: postgres.socket, port: postgres.port }],
    database: 'gatehouse',
    user: 'gate',
    schema: `test ${process.pid} ${++schemas}`,
    connectTimeoutMs: 20_000,
    statementTimeoutMs: 30_000,
    lockTimeoutMs: 30_000,
    ...more,
  } satisfies ServerAccess
}

/** Patient, since other tests keep the machine busy. */
export const openNode = (
  access: ServerAccess,
  more: Partial<PostgresOptions> = {},
): Promise<PostgresStore> =>
  openPostgresStore({ access, clock: systemClock, mayCreate: true, ...more })

/** Waits until the node has asked for changes, from the beginning on, after now. */
export async function hasPolled(node: PostgresStore): Promise<void> {
  const { polls } = node.figures()
  await until(() => node.figures().polls >= polls + 2)
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come about in 60 s')
    await new Promise<void>((resolve) => setTimeout(resolve, 5))
  }
}

const changesKept = 40

/** Empties the schema for the next test: that is faster than making another. */
async function empty(postgres: Pick<Postgres, 'query'>, { schema }: ServerAccess): Promise<void> {
  const tables = await postgres.query(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = '${schema}' AND tablename <> 'schema_version'`,
  )
  const names = tables.map(({ name }) => name)
  if (names.length > 0) await postgres.query(`TRUNCATE ${names} RESTART IDENTITY`)
}

/** One node on an empty schema. */
export async function openEmpty(
  postgres: Pick<Postgres, 'query'>,
  access: ServerAccess,
  more: Partial<PostgresOptions> = {},
): Promise<PostgresStore> {
  await empty(postgres, access)
  return openNode(access, more)
}

/** Two nodes on one empty schema, for the conformance suite. */
export async function openTwoNodes(postgres: Pick<Postgres, 'query'>, access: ServerAccess) {
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await openEmpty(postgres, access, { changesKept }))
  const beside = undo.use(await openNode(access, { changesKept }))
  const owned = undo.move()
  return {
    store,
    beside,
    changesKept,
    pass: async () => void (await Promise.all([store, beside].map(hasPolled))),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
