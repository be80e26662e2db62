import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../../src/kernel/clock.ts'
import type { RedisAccess } from '../../../src/store/redis/access.ts'
import { openRedisClient } from '../../../src/store/redis/client.ts'
import { redisEphemeral } from '../../../src/store/redis/ephemeral.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { openCluster, openSentinels } from '../../peers/redis-groups.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'

async function openNode(access: RedisAccess, prefix: string, clock = systemClock) {
  const said: string[] = []
  const log = (event: string, detail: object) =>
    void said.push(`${event} ${JSON.stringify(detail)}`)
  const redis = await openRedisClient({ access, clock, log, prefix, commandTimeoutMs: 500 })
  return {
    ...redisEphemeral(redis, clock),
    said,
    figures: redis.figures,
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
const inAnHour = () => new Date(Date.now() + 3_600_000)

/** Tries again and again, as people do, until it is done; every failure has to be a StoreFault. */
async function atLast<T>(work: () => Promise<T>): Promise<T> {
  const limit = performance.now() + 60_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      assert.ok(error instanceof StoreFault, String(error))
      assert.ok(performance.now() < limit, `it never works again: ${error.message}`)
      await pause(20)
    }
  }
}

if (!findProgram('redis-server')) {
  test('groups of Redis', (t) => void requirePeer(t, 'redis'))
} else {
  for (const [how, fail] of Object.entries({
    'is killed': (first: Fallible) => first.kill(),
    'stands still': (first: Fallible) => first.freeze(),
  }))
    test(`the replica serves when the primary ${how}`, async () => {
      await using group = await openSentinels(1)
      await using node = await openNode(group.access, 'g:')
      assert.equal(await node.claim('replay', 'before', inAnHour()), true)
      await group.first.command('WAIT', '1', '10000')
      await fail(group.first)
      try {
        assert.equal(await atLast(() => node.claim('replay', 'after', inAnHour())), true)
        assert.equal(await node.claim('replay', 'before', inAnHour()), false)
        assert.equal(node.figures().up, true)
        assert.match(node.said.join(), /^redis-failed .*redis-recovered/s)
        assert.doesNotMatch(node.said.join(), /of-the-/, 'no password is told')
      } finally {
        group.first.thaw()
      }
    })

  test('a failover without a kill leaves nobody at the primary of before', async () => {
    await using group = await openSentinels(3)
    await using node = await openNode(group.access, 'g:')
    await node.put('attempt', 'a', 'before', inAnHour())
    await group.first.command('WAIT', '1', '10000')
    await group.sentinels[0]!.command('SENTINEL', 'FAILOVER', 'main')
    const put = async () => {
      await node.put('attempt', 'a', 'after', inAnHour())
      return String(await group.second.command('GET', 'g:attempt:a'))
    }
    const limit = performance.now() + 60_000
    while (!(await atLast(put)).endsWith(' after')) {
      assert.ok(performance.now() < limit, 'it writes where nobody reads')
      await pause(20)
    }
    assert.equal(await node.get('attempt', 'a'), 'after')
  })

  test('sentinels that are away cost nothing while the primary serves', async () => {
    await using group = await openSentinels(3)
    await using node = await openNode(group.access, 'g:')
    for (const sentinel of group.sentinels) await sentinel.kill()
    await node.probe()
    assert.equal(await node.claim('replay', 'r', inAnHour()), true)
    await assert.rejects(openNode(group.access, 'g:'), /`main` of the sentinels .* no sentinel/)
  })

  const cluster = await openCluster()
  test.after(() => cluster[Symbol.asyncDispose]())
  let opened = 0
  ephemeralConformance('a cluster', async () => {
    const clock = movableClock()
    const node = await openNode(cluster.access, `t${opened++}:`, clock)
    const store = await openSqliteStore({ path: ':memory:', clock })
    return {
      ephemeral: node,
      store,
      clock,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]()
        await node[Symbol.asyncDispose]()
      },
    }
  })

  test('a cluster without one node refuses at once, and serves when it is back', async () => {
    await using node = await openNode(cluster.access, 'gone:')
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`)
    for (const name of names) await node.put('attempt', name, name, inAnHour())
    await cluster.members[1]!.freeze()
    try {
      const ends = await Promise.allSettled(names.map((name) => node.take('attempt', name)))
      const refused = ends.filter((end) => end.status === 'rejected')
      assert.ok(refused.length > 0 && refused.every(({ reason }) => reason instanceof StoreFault))
      await assert.rejects(node.probe(), StoreFault)
    } finally {
      cluster.members[1]!.thaw()
    }
    for (const name of names) assert.equal(await atLast(() => node.get('rate', name)), undefined)
    await atLast(() => node.probe())
  })
}

interface Fallible {
  kill(): Promise<void>
  freeze(): Promise<void>
}
