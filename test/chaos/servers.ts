import { join } from 'node:path'
import { openPostgres, type Postgres } from '../peers/postgres.ts'
import { openRedis, type Redis } from '../peers/redis.ts'
import { openRelay, type Relay } from '../peers/relay.ts'

export type TopologyName = 'sqlite' | 'sqlite+redis' | 'postgres+redis'
export const topologies: readonly TopologyName[] = ['sqlite', 'sqlite+redis', 'postgres+redis']

/** What nodes share. */
export interface Servers extends AsyncDisposable {
  readonly postgres: Postgres | undefined
  readonly redis: Redis | undefined
  /** The ways of each node to them, by its name; none for who reaches them without. */
  readonly ways: ReadonlyMap<string, Ways>
  /** The sections `store` and `ephemeral` of a node. */
  readonly settings: (folder: string, node: string) => string
  /** How old what a node reads may be, in milliseconds. */
  readonly staleMs: number
  /** The same while the node, or the server, is cut off or slow. */
  readonly cutOffMs: number
}

export interface Ways {
  readonly postgres: Relay | undefined
  readonly redis: Relay | undefined
}

/** The shortest that settings allow. */
const trustMemorySeconds = 5

/** `relayed`: the nodes that reach the servers by a way that can be cut. */
export async function openServers(
  name: TopologyName,
  relayed: readonly string[] = [],
): Promise<Servers> {
  await using undo = new AsyncDisposableStack()
  const postgres = name === 'postgres+redis' ? undo.use(await openPostgres()) : undefined
  const redis = name === 'sqlite' ? undefined : undo.use(await openRedis())
  const wayTo = async (server: { readonly url: string } | undefined) =>
    server && undo.use(await openRelay(Number(new URL(server.url).port)))
  const ways = new Map<string, Ways>()
  for (const node of relayed)
    ways.set(node, { postgres: await wayTo(postgres), redis: await wayTo(redis) })
  const owned = undo.move()
  return {
    ...{ postgres, redis, ways },
    settings(folder, node) {
      const way = ways.get(node)
      const url = postgres && through(postgres.url, way?.postgres)
      const trust = way ? `, trustMemoryFor: ${trustMemorySeconds}s` : ''
      return [
        url
          ? `store: { postgres: { url: "${url}"${trust} } }`
          : `store: { sqlite: ${join(folder, 'gatehouse.db')} }`,
        ...(redis ? [`ephemeral: { redis: "${through(redis.url, way?.redis)}" }`] : []),
      ].join('\n')
    },
    // A file is looked at again after 25 ms; PostgreSQL is asked each half second at least.
    staleMs: postgres ? 1100 : 50,
    cutOffMs: postgres ? trustMemorySeconds * 1000 + 1100 : 50,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function through(address: string, relay: Relay | undefined): string {
  const url = new URL(address)
  if (relay) url.port = String(relay.port)
  return url.href
}
