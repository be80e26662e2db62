import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import session, { type SessionData, type Store } from 'express-session'
import { browserSessionStore, redisSessionStore } from '../../src/http/browser-session-store.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openRedisEphemeral } from '../../src/store/redis-ephemeral.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

function cookie(maxAgeMs: number) {
  const made = new session.Cookie()
  made.originalMaxAge = maxAgeMs
  return made as SessionData['cookie']
}

/** What both stores owe to the pages. */
function storeConformance(name: string, open: () => Promise<{ store: Store } & AsyncDisposable>) {
  test(`${name} keeps, replaces and forgets browser sessions`, async () => {
    await using opened = await open()
    const { store } = opened
    const [get, set, destroy, touch] = [promisify(store.get.bind(store)), promisify(store.set.bind(store)), promisify(store.destroy.bind(store)), promisify(store.touch!.bind(store))]
    assert.ok(!(await get('a')))
    await set('a', { cookie: cookie(60_000), identity: '{"name":"Zoë"}' } as SessionData)
    assert.equal((await get('a'))?.identity, '{"name":"Zoë"}')
    assert.equal((await get('a'))?.cookie.originalMaxAge, 60_000)
    await set('a', { cookie: cookie(60_000), identity: 'other' } as SessionData)
    await touch('a', { cookie: cookie(60_000), identity: 'other' } as SessionData)
    assert.equal((await get('a'))?.identity, 'other')
    await destroy('a')
    assert.ok(!(await get('a')))
    await destroy('a')
  })

  test(`${name} takes a lifetime that lost a millisecond, and brings back nothing that was ended`, async () => {
    await using opened = await open()
    const { store } = opened
    const [get, set, destroy, touch] = [promisify(store.get.bind(store)), promisify(store.set.bind(store)), promisify(store.destroy.bind(store)), promisify(store.touch!.bind(store))]
    await set('b', { cookie: cookie(59_999), identity: 'x' } as SessionData)
    const read = () => get('b').then((data) => store.createSession({ sessionID: 'b', sessionStore: store } as never, data!))
    const first = await read()
    first.cookie.originalMaxAge = 59_998
    first.identity = 'y'
    await set('b', first)
    await touch('b', first)
    const second = await read()
    assert.equal(second.identity, 'y')
    await destroy('b')
    await set('b', second)
    await touch('b', second)
    assert.ok(!(await get('b')))
  })
}

storeConformance('the embedded store', async () => {
  const store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  return { store: browserSessionStore(store.ephemeral(), systemClock), [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
})

test('a browser session ends by the clock, and a request keeps it', async () => {
  const clock = movableClock()
  await using sqlite = await openSqliteStore({ path: ':memory:', clock })
  const store = browserSessionStore(sqlite.ephemeral(), clock)
  const [get, set, touch] = [promisify(store.get.bind(store)), promisify(store.set.bind(store)), promisify(store.touch!.bind(store))]
  const kept = { cookie: cookie(60_000), identity: 'x' } as SessionData
  await set('a', kept)
  clock.pass(50)
  await touch('a', kept)
  clock.pass(50)
  assert.ok(await get('a'))
  clock.pass(11)
  assert.equal(await get('a'), null)
})

if (!findProgram('redis-server')) {
  test('browser sessions in Redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())
  storeConformance('Redis', async () => {
    const ephemeral = await openRedisEphemeral({ url: redis.url, prefix: 's:' }, { clock: systemClock, log: () => undefined })
    return { store: redisSessionStore(ephemeral.client, 's:'), [Symbol.asyncDispose]: () => ephemeral[Symbol.asyncDispose]() }
  })
}
