import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Clock, systemClock } from '../../../src/kernel/clock.ts'
import type { Ephemeral } from '../../../src/store/ephemeral.ts'
import type { RedisAccess } from '../../../src/store/redis/access.ts'
import { openRedisClient } from '../../../src/store/redis/client.ts'
import { redisEphemeral } from '../../../src/store/redis/ephemeral.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { openRedis, redisPassword } from '../../peers/redis.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'

const said: string[] = []
const log = (event: string, detail: object) => void said.push(`${event} ${JSON.stringify(detail)}`)

/** A node of its own: one client, and the short-lived state on it. */
async function openNode(
  access: RedisAccess,
  { prefix, clock = systemClock, ...limits }: NodeOptions,
): Promise<Ephemeral> {
  const client = await openRedisClient({ access, clock, log, prefix, ...limits })
  return {
    ...redisEphemeral(client, clock),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}
interface NodeOptions {
  readonly prefix: string
  readonly clock?: Clock
  readonly commandTimeoutMs?: number
}

if (!findProgram('redis-server')) {
  test('redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())
  let opened = 0
  ephemeralConformance('redis', async () => {
    const clock = movableClock()
    const ephemeral = await openNode(redis.access, { prefix: `t${opened++}:`, clock })
    const store = await openSqliteStore({ path: ':memory:', clock })
    return {
      ephemeral,
      store,
      clock,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]()
        await ephemeral[Symbol.asyncDispose]()
      },
    }
  })

  test('two nodes share what one Redis holds, and prefixes keep houses apart', async () => {
    await using one = await openNode(redis.access, { prefix: 'shared:' })
    await using two = await openNode(redis.access, { prefix: 'shared:' })
    await using other = await openNode(redis.access, { prefix: 'other:' })
    const until = new Date(Date.now() + 60_000)
    await one.put('sign-in-token', 't', 'once', until)
    assert.equal(await other.get('sign-in-token', 't'), undefined)
    const taken = await Promise.all([
      one.take('sign-in-token', 't'),
      two.take('sign-in-token', 't'),
    ])
    assert.deepEqual(
      taken.filter((value) => value !== undefined),
      ['once'],
    )
    const claims = await Promise.all([
      one.claim('replay', 'r', until),
      two.claim('replay', 'r', until),
    ])
    assert.deepEqual(claims.sort(), [false, true])
  })

  test('while Redis is away commands fail at once, and work again when it is back', async () => {
    await using ephemeral = await openNode(redis.access, { prefix: 'away:' })
    await ephemeral.probe()
    await redis.stop()
    await assert.rejects(ephemeral.probe())
    await assert.rejects(ephemeral.claim('replay', 'r', new Date(Date.now() + 1000)))
    await redis.start()
    const until = performance.now() + 60_000
    let back = false
    while (!back && performance.now() < until)
      back = await ephemeral.probe().then(
        () => true,
        () => new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)),
      )
    assert.ok(back, 'it connects again by itself')
    assert.equal(await ephemeral.claim('replay', 'r', new Date(Date.now() + 1000)), true)
  })

  test('while Redis stands still no command waits, and all work when it goes on', async () => {
    const patient = { prefix: 'still:', commandTimeoutMs: 60_000 }
    await using waits = await openNode(redis.access, patient)
    await using node = await openNode(redis.access, { ...patient, commandTimeoutMs: 100 })
    const soon = new Date(Date.now() + 60_000)
    await waits.put('attempt', 'a', '1', soon)
    await redis.freeze()
    try {
      const calls = [node.get('attempt', 'a'), node.claim('replay', 'r', soon), node.probe()]
      for (const call of await Promise.allSettled(calls)) {
        assert.equal(call.status, 'rejected')
        assert.match(String(call.reason), /no answer within 100 ms/)
      }
    } finally {
      redis.thaw()
    }
    assert.equal(await waits.get('attempt', 'a'), '1')
  })

  test('without Redis, or its password, nothing starts, and no error tells it', async () => {
    const wrong = { ...redis.access, login: { password: async () => 'not-the-password' } }
    const nobody = { kind: 'server', node: { host: '127.0.0.1', port: 1 } } as const
    for (const access of [wrong, { ...redis.access, place: nobody }]) {
      await assert.rejects(openNode(access, { prefix: 'x:' }), (error: Error) => {
        assert.match(error.message, /^Redis at 127\.0\.0\.1:\d+ cannot be used: /)
        assert.doesNotMatch(error.message, /not-the-password|kept-out/)
        return true
      })
    }
    assert.doesNotMatch(said.join('\n'), new RegExp(redisPassword))
  })
}
