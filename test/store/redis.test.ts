import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { systemClock } from '../../src/kernel/clock.ts'
import { openRedisEphemeral } from '../../src/store/redis-ephemeral.ts'
import { ephemeralConformance, movableClock } from '../conformance/ephemeral.ts'
import { openRedis, redisPassword } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

const said: string[] = []
const log = (event: string, detail: object) => void said.push(`${event} ${JSON.stringify(detail)}`)

if (!findProgram('redis-server')) {
  test('redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())
  let opened = 0
  ephemeralConformance('redis', async () => {
    const clock = movableClock()
    const ephemeral = await openRedisEphemeral({ url: redis.url, prefix: `t${opened++}:` }, { clock, log })
    return { ephemeral, clock, [Symbol.asyncDispose]: () => ephemeral[Symbol.asyncDispose]() }
  })

  test('two nodes share what one Redis holds, and prefixes keep houses apart', async () => {
    await using one = await openRedisEphemeral({ url: redis.url, prefix: 'shared:' }, { clock: systemClock, log })
    await using two = await openRedisEphemeral({ url: redis.url, prefix: 'shared:' }, { clock: systemClock, log })
    await using other = await openRedisEphemeral({ url: redis.url, prefix: 'other:' }, { clock: systemClock, log })
    const until = new Date(Date.now() + 60_000)
    await one.put('sign-in-token', 't', 'once', until)
    assert.equal(await other.get('sign-in-token', 't'), undefined)
    const taken = await Promise.all([one.take('sign-in-token', 't'), two.take('sign-in-token', 't')])
    assert.deepEqual(taken.filter((value) => value !== undefined), ['once'])
    const claims = await Promise.all([one.claim('replay', 'r', until), two.claim('replay', 'r', until)])
    assert.deepEqual(claims.sort(), [false, true])
  })

  test('while Redis is away commands fail at once, and they work again when it is back', async () => {
    await using ephemeral = await openRedisEphemeral({ url: redis.url, prefix: 'away:' }, { clock: systemClock, log })
    await ephemeral.probe()
    await redis.stop()
    await assert.rejects(ephemeral.probe())
    await assert.rejects(ephemeral.claim('replay', 'r', new Date(Date.now() + 1000)))
    await redis.start()
    const until = performance.now() + 10_000
    let back = false
    while (!back && performance.now() < until) back = await ephemeral.probe().then(() => true, () => new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)))
    assert.ok(back, 'it connects again by itself')
    assert.equal(await ephemeral.claim('replay', 'r', new Date(Date.now() + 1000)), true)
  })

  test('a wrong password and a Redis that is not there stop the start, without the password in the error', async () => {
    const wrong = redis.url.replace(redisPassword, 'not-the-password')
    for (const url of [wrong, `redis://:${redisPassword}@127.0.0.1:1`]) {
      await assert.rejects(openRedisEphemeral({ url, prefix: 'x:' }, { clock: systemClock, log }), (error: Error) => {
        assert.match(error.message, /^Redis at 127\.0\.0\.1:\d+ can not be used: /)
        assert.doesNotMatch(error.message, /not-the-password|kept-out/)
        return true
      })
    }
    assert.doesNotMatch(said.join('\n'), new RegExp(redisPassword))
  })
}
