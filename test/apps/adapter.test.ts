import { after, test } from 'node:test'
import type { Ephemeral } from '../../src/store/ephemeral.ts'
import { openRedisClient } from '../../src/store/redis/client.ts'
import { redisEphemeral } from '../../src/store/redis/ephemeral.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { appAdapterConformance, waiting } from '../conformance/app-adapter.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

async function onSqlite(around = (ephemeral: Ephemeral) => ephemeral) {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  const ephemeral = around(store.ephemeral())
  return { ephemeral, store, clock, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

appAdapterConformance('sqlite', () => onSqlite())
appAdapterConformance('a store that waits', () => onSqlite(waiting))

if (!findProgram('redis-server')) {
  test('apps on redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())
  let opened = 0
  appAdapterConformance('redis', async () => {
    const durable = await onSqlite()
    const { clock, store } = durable
    const { access } = redis
    const client = await openRedisClient({
      ...{ access, clock, log: () => undefined, prefix: `apps${opened++}:` },
    })
    return {
      clock,
      store,
      ephemeral: redisEphemeral(client, clock),
      async [Symbol.asyncDispose]() {
        await client[Symbol.asyncDispose]()
        await durable[Symbol.asyncDispose]()
      },
    }
  })
}
