import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../kills/random.ts'
import type { ChaosNode, Site } from './nodes.ts'
import type { Servers } from './servers.ts'

/** What goes wrong, by name: each ends with all mended. */
export function faultsOf(site: Site, servers: Servers, random: Random) {
  const node = (): ChaosNode => random.of(site.nodes)
  const while_ = () => pause(300 + random.below(1700))
  return {
    'a node is killed': async () => {
      const one = node()
      await one.kill()
      await pause(random.below(500))
      await one.start()
    },
    'a node is stopped': async () => {
      const one = node()
      await one.stop()
      await one.start()
    },
    'a node is frozen': async () => {
      const one = node()
      await one.freeze()
      await while_()
      one.thaw()
    },
    ...(servers.redis && {
      'Redis is frozen': async () => {
        await servers.redis!.freeze()
        await while_()
        servers.redis!.thaw()
      },
    }),
    ...(servers.postgres
      ? {
          'PostgreSQL is frozen': async () => {
            await servers.postgres!.freeze()
            await while_()
            servers.postgres!.thaw()
          },
          'PostgreSQL is killed': async () => {
            await servers.postgres!.kill()
            await pause(random.below(500))
            await servers.postgres!.start()
          },
        }
      : {
          'the store is locked': async () => {
            const other = new DatabaseSync(join(site.folder, 'gatehouse.db'), { timeout: 10_000 })
            try {
              other.exec('BEGIN IMMEDIATE')
              await while_()
              other.exec('ROLLBACK')
            } finally {
              other.close()
            }
          },
        }),
  }
}
