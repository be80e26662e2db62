import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../../src/kernel/clock.ts'
import type { RedisAccess } from '../../../src/store/redis/access.ts'
import { openRedisClient } from '../../../src/store/redis/client.ts'
import { redisEphemeral } from '../../../src/store/redis/ephemeral.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { openRedis } from '../../peers/redis.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'

/** A node: its short-lived state, what it logged, and what it counts. */
async function openNode(access: RedisAccess, prefix: string, commandTimeoutMs = 60_000) {
  const said: string[] = []
  const log = (event: string) => void said.push(event)
  const redis = await openRedisClient({ access, clock: systemClock, log, prefix, commandTimeoutMs })
  return {
    ...redisEphemeral(redis, systemClock),
    said,
    figures: redis.figures,
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
type Node = Awaited<ReturnType<typeof openNode>>

const inAnHour = () => new Date(Date.now() + 3_600_000)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000
  while (!(await holds())) {
    assert.ok(performance.now() < limit, 'it never came to this')
    await pause(10)
  }
}

const works = (node: Node) => node.probe().then(...[() => true, () => false])

if (!findProgram('redis-server')) {
  test('the client of Redis', (t) => void requirePeer(t, 'redis'))
} else {
  const redis = await openRedis()
  after(() => redis[Symbol.asyncDispose]())

  test('a Redis killed under load fails what waits, then all at once, and heals', async () => {
    await using node = await openNode(redis.access, 'killed:')
    let stop = false
    const wrong: unknown[] = []
    const work = async (worker: number) => {
      for (let turn = 0; !stop; turn++) {
        const claim = node.claim('replay', `${worker}/${turn}`, inAnHour())
        await claim.catch((error) => error instanceof StoreFault || wrong.push(error))
        await pause(1)
      }
    }
    const workers = Array.from({ length: 16 }, (_, worker) => work(worker))
    await until(() => node.figures().commands.answered > 100)
    await redis.stop()
    await until(() => node.figures().commands.unsent > 100)
    assert.equal(node.figures().up, false)
    await assert.rejects(
      node.probe(),
      /^StoreFault: Redis at 127.*cannot be used: .* \(for \d+ s\)/,
    )
    const unanswered = node.figures().commands.failed
    await redis.start()
    await until(() => node.figures().up)
    const { answered } = node.figures().commands
    await until(() => node.figures().commands.answered > answered + 100)
    stop = true
    await Promise.all(workers)
    assert.deepEqual(wrong, [])
    assert.ok(unanswered <= 16 + 3, `${unanswered} were sent into the void`)
    assert.deepEqual(node.said, ['redis-failed', 'redis-forgot', 'redis-recovered'])
    assert.equal(node.figures().connections, 2)
  })

  test('what timed out counts as lost, and after three of them nothing waits', async () => {
    await using patient = await openNode(redis.access, 'stopped:')
    await using node = await openNode(redis.access, 'stopped:', 50)
    await patient.put('sign-in-token', 't', 'once', inAnHour())
    await redis.freeze()
    try {
      await assert.rejects(node.claim('replay', 'r', inAnHour()), /no answer within 50 ms/)
      await assert.rejects(node.take('sign-in-token', 't'), /no answer within 50 ms/)
      await assert.rejects(node.get('attempt', 'a'), StoreFault)
      const { late } = node.figures().commands
      assert.equal(late, 3)
      for (let turn = 0; turn < 100; turn++)
        await assert.rejects(node.claim('replay', `r${turn}`, inAnHour()), /cannot be used/)
      assert.equal(node.figures().commands.unsent, 100)
    } finally {
      redis.thaw()
    }
    await until(() => works(node))
    // Both may have been done when it went on: nobody was told, and nobody is.
    assert.equal(await patient.claim('replay', 'r', inAnHour()), false)
    assert.equal(await patient.take('sign-in-token', 't'), undefined)
    assert.equal(await patient.claim('replay', 'r99', inAnHour()), true, 'it was never sent')
  })

  test('more than may wait fails at once, and memory does not grow', async () => {
    await using node = await openNode(redis.access, 'full:')
    await redis.freeze()
    const bytes = 'x'.repeat(1_000_000)
    const puts: Promise<unknown>[] = []
    try {
      for (let turn = 0; turn < 40; turn++)
        puts.push(node.put('app', `p${turn}`, bytes, inAnHour()).catch((error) => error.code))
      await assert.rejects(node.get('app', 'p'), { code: 'busy' })
      assert.equal(node.figures().waiting, 34)
    } finally {
      redis.thaw()
    }
    const ends = await Promise.all(puts)
    assert.equal(ends.filter((end) => end === 'busy').length, 6)
    assert.equal(await node.get('app', 'p0'), bytes)
    assert.equal(node.figures().waiting, 0)
  })

  test('without memory Redis refuses writes, reads go on, and health says so', async () => {
    await using node = await openNode(redis.access, 'oom:')
    await node.put('attempt', 'a', '1', inAnHour())
    await redis.command('CONFIG', 'SET', 'maxmemory', '1')
    try {
      await assert.rejects(node.claim('replay', 'r', inAnHour()), StoreFault)
      await assert.rejects(node.count('rate', 'r', 60), /OOM/)
      await assert.rejects(node.probe(), /OOM/)
      assert.equal(await node.get('attempt', 'a'), '1')
      assert.equal(node.figures().up, false)
    } finally {
      await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    }
    await until(() => node.figures().up)
    assert.equal(await node.claim('replay', 'r', inAnHour()), true)
    assert.deepEqual(node.said, ['redis-failed', 'redis-recovered'])
  })

  test('a primary that was demoted and lives is left, and all heals by itself', async () => {
    await using node = await openNode(redis.access, 'demoted:')
    await redis.command('REPLICAOF', '127.0.0.1', '1')
    try {
      await assert.rejects(node.claim('replay', 'r', inAnHour()), StoreFault)
      await assert.rejects(node.get('attempt', 'a'), /READONLY/, 'what it has may be old')
    } finally {
      await redis.command('REPLICAOF', 'NO', 'ONE')
    }
    await until(() => node.figures().up)
    assert.equal(await node.claim('replay', 'r', inAnHour()), true)
  })
}
