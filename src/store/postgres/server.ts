import { Client, type ClientConfig } from 'pg'

/** Where a PostgreSQL server listens. */
export interface Server {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
}

/** How the servers of one store are reached. */
export interface ServerAccess {
  /** All that may be the primary. */
  readonly servers: readonly Server[]
  readonly database: string
  readonly user: string
  /** Called for each new connection. Absent: the server asks for none. */
  readonly password?: (() => Promise<string>) | undefined
  /** Absent: no TLS. */
  readonly tls?: ServerTls | undefined
  /** The schema that holds the tables. */
  readonly schema: string
  readonly connectTimeoutMs: number
  /** How long a statement may take. */
  readonly statementTimeoutMs: number
  /** How long a statement may wait for the locks of others. */
  readonly lockTimeoutMs: number
}

/** All PEM. */
interface ServerTls {
  /** Absent: the authorities of the system. */
  readonly ca?: string | undefined
  /** What proves this node to the server; absent: nothing does. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** A frozen server cancels no statement itself, so we give up on its answer a little later. */
const answerSlackMs = 500

/** For example `db1.example.com:5432`. */
export const nameOf = ({ host, port }: Server): string => `${host}:${port}`

/** An identifier in SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

export interface ConnectionKind {
  /** Commits wait until they are on disk, as the server has it; else a flusher makes them so. */
  readonly durable?: boolean
  /** How long an answer may take; absent: a little longer than the server lets a statement run. */
  readonly answerMs?: number
}

/** The settings of a connection. */
export function connectionTo(
  server: Server,
  access: ServerAccess,
  { durable = false, answerMs = access.statementTimeoutMs + answerSlackMs }: ConnectionKind = {},
): ClientConfig {
  const { database, user, password, tls, schema, statementTimeoutMs, lockTimeoutMs } = access
  const parameters = {
    search_path: identifier(schema),
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    // A transaction whose process stands still must not hold its locks for long.
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    timezone: 'UTC',
    ...(!durable && { synchronous_commit: 'off' }),
  }
  return {
    host: server.host,
    port: server.port,
    database,
    user,
    password: password ?? '',
    // `host` is what the certificate has to name; pg itself gives it for names only.
    ssl: tls !== undefined && {
      ...tls,
      host: server.host,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    },
    application_name: 'gatehouse',
    connectionTimeoutMillis: access.connectTimeoutMs,
    query_timeout: answerMs,
    keepAlive: true,
    options: Object.entries(parameters)
      .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\ ]/g, '\\$&')}`)
      .join(' '),
  }
}

/** Opens a connection that no pool has. Its errors are those of its next query. */
export async function connectAlone(config: ClientConfig): Promise<Client> {
  const client = new Client(config)
  // A connection that breaks while nobody asks anything must not end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    void client.end().catch(() => undefined)
    throw error
  }
  return client
}

/** Closes a connection at once, whatever is under way on it. */
export function cut(client: Client): void {
  // A server that stands still would not answer a farewell.
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}
