import type { NamedEntity } from '../sqlite/api-made.ts'
import { connectAlone, connectionTo, cut, type ServerAccess } from './server.ts'

/**
 * Returns the entities that the API created, on the first server that answers; none where there is
 * no store yet. Changes nothing: a command that only reads must not migrate the store of running
 * servers. Rejects when no server answers.
 */
export async function apiMadeInPostgres(access: ServerAccess): Promise<readonly NamedEntity[]> {
  const clients = access.servers.map((server) => () => connectAlone(connectionTo(server, access)))
  const client = await clients
    .slice(1)
    .reduce((before, connect) => before.catch(connect), clients[0]!())
  try {
    const there = await client.query("SELECT to_regclass('records') IS NOT NULL AS there")
    if (!there.rows[0].there) return []
    // Within a text of the record these quotes are escaped.
    const { rows } = await client.query(
      `SELECT kind, account, key FROM records WHERE body LIKE '%"managedBy":"api"%'`,
    )
    return rows
  } finally {
    cut(client)
  }
}
