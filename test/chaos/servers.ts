import { join } from 'node:path'
import { openPostgres, type Postgres } from '../peers/postgres.ts'
import { openRedis, type Redis } from '../peers/redis.ts'

export type TopologyName = 'sqlite' | 'sqlite+redis' | 'postgres+redis'
export const topologies: readonly TopologyName[] = ['sqlite', 'sqlite+redis', 'postgres+redis']

/** What nodes share. */
export interface Servers extends AsyncDisposable {
  readonly postgres: Postgres | undefined
  readonly redis: Redis | undefined
  /** The sections `store` and `ephemeral` of each node. */
  readonly settings: (folder: string) => string
  /** How old what a node reads may be, in milliseconds. */
  readonly staleMs: number
}

export async function openServers(name: TopologyName): Promise<Servers> {
  await using undo = new AsyncDisposableStack()
  const postgres = name === 'postgres+redis' ? undo.use(await openPostgres()) : undefined
  const redis = name === 'sqlite' ? undefined : undo.use(await openRedis())
  const owned = undo.move()
  return {
    ...{ postgres, redis },
    settings: (folder) =>
      [
        postgres
          ? `store: { postgres: { url: "${postgres.url}" } }`
          : `store: { sqlite: ${join(folder, 'gatehouse.db')} }`,
        ...(redis ? [`ephemeral: { redis: "${redis.url}" }`] : []),
      ].join('\n'),
    // A file is looked at again after 25 ms; PostgreSQL is asked each half second at least.
    staleMs: postgres ? 1100 : 50,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
