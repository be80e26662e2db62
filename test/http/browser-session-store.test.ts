import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Request } from 'express'
import type { SessionData } from 'express-session'
import { createClient } from 'redis'
import { browserSessionStore, redisSessionStore } from '../../src/http/browser-session-store.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openRedisClient } from '../../src/store/redis/client.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { browserSessionsConformance } from '../conformance/browser-sessions.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

browserSessionsConformance('the embedded store', async () => {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  return {
    store: browserSessionStore(store.ephemeral(), clock),
    pass: async (seconds) => clock.pass(seconds),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
})

test('a page of a young session writes nothing, and one of an old session keeps it', async () => {
  const clock = movableClock()
  await using durable = await openSqliteStore({ path: ':memory:', clock })
  const ephemeral = durable.ephemeral()
  let writes = 0
  const counting = {
    ...ephemeral,
    prolong: (...args: Parameters<typeof ephemeral.prolong>) => {
      writes++
      return ephemeral.prolong(...args)
    },
  }
  const store = browserSessionStore(counting, clock)
  const get = promisify(store.get.bind(store))
  const saved = { originalMaxAge: 60_000, expires: new Date(clock.now().getTime() + 60_000) }
  await promisify(store.set.bind(store))('a', { cookie: saved } as SessionData)
  const page = async () => {
    const session = store.createSession({} as Request, (await get('a'))!)
    await promisify(store.touch!.bind(store))('a', session)
  }
  clock.pass(5)
  await page()
  assert.equal(writes, 0)
  clock.pass(50)
  await page()
  assert.equal(writes, 1)
  clock.pass(50)
  assert.ok(await get('a'))
})

if (!findProgram('redis-server')) {
  test('browser sessions in Redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())
  let prefixes = 0
  browserSessionsConformance('Redis', async () => {
    const prefix = `s${prefixes++}:`
    const log = () => undefined
    const opened = await openRedisClient({ access: redis.access, clock: systemClock, log, prefix })
    return {
      store: redisSessionStore(opened.client, prefix),
      pass: (seconds) => shorten(prefix, seconds),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    }
  })

  /** Redis has a clock of its own: what lives there gets that much less to live. */
  async function shorten(prefix: string, seconds: number): Promise<void> {
    const client = await createClient({ url: redis.url }).connect()
    for (const key of await client.keys(`${prefix}*`))
      await client.pExpire(key, (await client.pTTL(key)) - seconds * 1000)
    client.destroy()
  }
}
