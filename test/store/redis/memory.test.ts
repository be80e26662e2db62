import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, systemClock } from '../../../src/kernel/clock.ts'
import type { RedisAccess } from '../../../src/store/redis/access.ts'
import { openRedisClient } from '../../../src/store/redis/client.ts'
import { redisEphemeral } from '../../../src/store/redis/ephemeral.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { openRedis } from '../../peers/redis.ts'
import { openCluster, openSentinels } from '../../peers/redis-groups.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'

async function openNode(access: RedisAccess, prefix: string, clock: Clock = systemClock) {
  const said: string[] = []
  const log = (event: string, detail: object) =>
    void said.push(`${event} ${JSON.stringify(detail)}`)
  const redis = await openRedisClient({ access, clock, log, prefix, commandTimeoutMs: 5000 })
  return {
    ...redisEphemeral(redis, clock),
    said,
    remark: redis.memory.remark,
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
type Node = Awaited<ReturnType<typeof openNode>>

const minutes = (count: number) => new Date(Date.now() + count * 60_000)
/** Uses a proof for the first time, once one of now is taken. Answers when it was made. */
const useFresh = (node: Node, name: string) =>
  atLast(async () => {
    const made = new Date()
    assert.equal(await node.claim('replay', name, minutes(10), made), true)
    return made
  })
const unknown = { name: 'StoreFault', message: /remembers too little/ }

async function atLast<T>(work: () => Promise<T>): Promise<T> {
  const limit = performance.now() + 60_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      assert.ok(error instanceof StoreFault && performance.now() < limit, String(error))
      await pause(20)
    }
  }
}

if (!findProgram('redis-server')) {
  test('what Redis remembers', (t) => void requirePeer(t, 'redis'))
} else {
  describe('one Redis', async () => {
    const redis = await openRedis('--appendonly', 'yes')
    after(() => redis[Symbol.asyncDispose]())

    test('nothing is used twice after Redis was emptied', async () => {
      await using node = await openNode(redis.access, 'emptied:')
      await using other = await openNode(redis.access, 'emptied:')
      const made = await useFresh(node, 'used')
      assert.equal(await node.claim('replay', 'used', minutes(10), made), false)
      await node.put('sign-in-token', 't', 'once', minutes(10))
      await redis.command('FLUSHALL')
      await assert.rejects(other.claim('replay', 'used', minutes(10), made), unknown)
      await assert.rejects(node.claim('replay', 'used', minutes(10), made), unknown)
      assert.equal(await node.take('sign-in-token', 't'), undefined)
      const later = await useFresh(node, 'fresh')
      assert.equal(await other.claim('replay', 'fresh', minutes(10), later), false)
      await node.probe()
      assert.deepEqual(node.said, ['redis-forgot {}'])
    })

    test('a Redis that starts again may have lost its last writes, whatever it kept', async () => {
      await using node = await openNode(redis.access, 'restarted:')
      const made = await useFresh(node, 'used')
      await node.put('app', 'kept', 'x', minutes(10))
      await redis.stop()
      await redis.start()
      await atLast(() => node.probe())
      await assert.rejects(node.claim('replay', 'used', minutes(10), made), unknown)
      assert.equal(await node.get('app', 'kept'), 'x')
      await useFresh(node, 'fresh')
    })

    test('without the right to INFO only an emptied Redis is told', async () => {
      const acl = ['on', '>p', '~acl:*', '+@read', '+@write', '+@scripting', '+@connection']
      await redis.command('ACL', 'SETUSER', 'narrow', ...acl, '+time', '-info')
      const login = { username: 'narrow', password: async () => 'p' }
      await using node = await openNode({ ...redis.access, login }, 'acl:')
      const made = await useFresh(node, 'used')
      assert.equal(await node.claim('replay', 'used', minutes(10), made), false)
      await redis.command('FLUSHALL')
      await assert.rejects(node.claim('replay', 'used', minutes(10), made), unknown)
    })

    test('nodes whose clocks are ten minutes apart agree on everything', async () => {
      const clock = (off: number) => ({ now: () => minutes(off) })
      await using fast = await openNode(redis.access, 'skew:', clock(10))
      await using slow = await openNode(redis.access, 'skew:', clock(-10))
      await using right = await openNode(redis.access, 'skew:')
      const nodes = { fast, slow, right }
      const offs = { fast: 10, slow: -10, right: 0 } as const
      for (const [by, writer] of Object.entries(nodes)) {
        // Five minutes of the writer's own time.
        const soon = minutes(offs[by as keyof typeof offs] + 5)
        for (const [of, reader] of Object.entries(nodes)) {
          const name = `${by} to ${of}`
          await writer.put('sign-in-token', name, name, soon)
          assert.equal(await reader.take('sign-in-token', name), name)
          assert.equal(await writer.take('sign-in-token', name), undefined)
          assert.equal(await writer.claim('replay', name, soon), true)
          assert.equal(await reader.claim('replay', name, soon), false, name)
          await writer.count('rate', name, 60)
          const { count, resetsAt } = await reader.count('rate', name, 60)
          assert.equal(count, 2, name)
          const left = resetsAt.getTime() - minutes(offs[of as keyof typeof offs]).getTime()
          assert.ok(left > 0 && left <= 60_500, `${name}: ${left} ms by the reader's clock`)
        }
      }
      const ttl = async (name: string) => Number(await redis.command('PTTL', `skew:app:${name}`))
      await fast.put('app', 'fast', 'x', minutes(15))
      await slow.put('app', 'slow', 'x', minutes(-5))
      assert.ok(Math.abs((await ttl('fast')) - (await ttl('slow'))) < 60_000)
      assert.match(fast.said.join(), /^clock-skewed \{"seconds":(599|600)\}$/)
      assert.match(slow.said.join(), /^clock-skewed \{"seconds":-(599|600)\}$/)
      assert.match(String(fast.remark()), /clock is (599|600) s ahead of Redis/)
      assert.match(String(slow.remark()), /clock is (599|600) s behind Redis/)
      assert.equal(right.remark(), undefined)
      assert.deepEqual(right.said, [])
    })
  })

  test('of a failover only what was made after it is taken', async () => {
    await using group = await openSentinels(1)
    await using node = await openNode(group.access, 'g:')
    const made = await useFresh(node, 'used')
    await group.first.command('WAIT', '1', '10000')
    await group.first.kill()
    await atLast(() => node.probe())
    await assert.rejects(node.claim('replay', 'used', minutes(10), made), unknown)
    await useFresh(node, 'fresh')
    assert.match(node.said.join(), /redis-failed.*redis-forgot.*redis-recovered/s)
  })

  test('one emptied node of a cluster is told as well', async () => {
    await using cluster = await openCluster()
    await using node = await openNode(cluster.access, 'c:')
    const names = Array.from({ length: 40 }, (_, at) => `n${at}`)
    const made = new Map<string, Date>()
    for (const name of names) made.set(name, await useFresh(node, name))
    const claim = (name: string) => node.claim('replay', name, minutes(10), made.get(name))
    await cluster.members[0]!.command('FLUSHALL')
    const ends = await Promise.allSettled(names.map(claim))
    const lost = ends.filter(({ status }) => status === 'rejected').length
    assert.ok(lost > 0 && lost < names.length, `${lost} of ${names.length}`)
    for (const end of ends) assert.ok(end.status === 'rejected' || end.value === false)
  })
}
