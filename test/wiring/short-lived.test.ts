import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import session, { type SessionData } from 'express-session'
import { createClient } from 'redis'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { openShortLived } from '../../src/wiring/short-lived.ts'
import type { Surroundings } from '../../src/wiring/surroundings.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

const window = { count: 5, windowSeconds: 60 }

if (!findProgram('redis-server')) {
  test('short-lived state in Redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())

  test('browser sessions and all else that is short-lived share one connection', async () => {
    const looker = await createClient({ url: redis.url }).connect()
    const others = async () => (await looker.clientList()).length - 1
    await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
    const settings = {
      ephemeral: { redis: redis.url, prefix: 'one:' },
      limits: { signInsPerName: window, signInsPerAddress: window },
    }
    const around = { settings, clock: systemClock, log: () => undefined } as unknown
    const shortLived = await openShortLived(around as Surroundings, store)
    const { ephemeral, sessionStore } = shortLived
    const cookie = new session.Cookie()
    cookie.originalMaxAge = 60_000
    await promisify(sessionStore.set.bind(sessionStore))('id', { cookie } as SessionData)
    await ephemeral.claim('replay', 'r', new Date(Date.now() + 60_000))
    assert.equal(await others(), 1)
    const keys = ['one:browser-session:id', 'one:memory', 'one:replay:r']
    assert.deepEqual((await looker.keys('*')).sort(), keys)
    await shortLived[Symbol.asyncDispose]()
    // The server hears of the end by and by.
    for (let looks = 0; looks < 1000 && (await others()) > 0; looks++);
    assert.equal(await others(), 0)
    looker.destroy()
  })
}
