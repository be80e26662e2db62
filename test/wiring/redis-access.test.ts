import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import { ephemeral as schema } from '../../src/config/ephemeral.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { describeAccess } from '../../src/store/redis/access.ts'
import { openRedisClient } from '../../src/store/redis/client.ts'
import { redisAccess } from '../../src/wiring/redis-access.ts'
import { openTlsRedis } from '../peers/redis-groups.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

const accessOf = (settings: object, env = {}) => redisAccess(schema.parse(settings), env)

test('a URL says host, database, user and password, and no message tells the last', async () => {
  const access = await accessOf({ redis: 'rediss://am%40ina:s%3Acret@[fd00::5]:7000/3' })
  assert.deepEqual(access.place, { kind: 'server', node: { host: 'fd00::5', port: 7000 } })
  assert.equal(access.login.username, 'am@ina')
  assert.equal(await access.login.password!(), 's:cret')
  assert.equal(access.database, 3)
  assert.deepEqual(access.tls, {})
  assert.equal(describeAccess(access), 'Redis at [fd00::5]:7000')
  const plain = await accessOf({ redis: 'redis://cache', database: 2, password: { env: 'P' } })
  assert.deepEqual(plain.place, { kind: 'server', node: { host: 'cache', port: 6379 } })
  assert.equal(plain.tls, undefined)
  await assert.rejects(
    plain.login.password!(),
    /^Error: the environment variable `P` holds nothing/,
  )
})

test('sentinels have a password and TLS of their own, or speak as Redis does', async () => {
  const sentinel = { name: 'main', nodes: ['a:26379', '[::1]:26380'], password: 'theirs' }
  const access = await accessOf({ sentinel, password: 'ours', tls: { serverName: 'redis' } })
  assert.ok(access.place.kind === 'sentinel')
  const { nodes, login, tls } = access.place.sentinels
  assert.deepEqual(nodes, [
    { host: 'a', port: 26379 },
    { host: '::1', port: 26380 },
  ])
  assert.equal(await login.password!(), 'theirs')
  assert.equal(await access.login.password!(), 'ours')
  assert.equal(tls?.servername, 'redis')
  const clear = await accessOf({ sentinel: { ...sentinel, tls: false }, tls: {} })
  assert.equal(clear.place.kind === 'sentinel' && clear.place.sentinels.tls, undefined)
  assert.equal(describeAccess(access), 'Redis `main` of the sentinels a:26379, [::1]:26380')
})

test('settings that contradict themselves are refused', () => {
  const refused = {
    'one of `redis`, `sentinel` and `cluster`': { prefix: 'x:' },
    'expected one of': { redis: 'redis://a', cluster: { nodes: ['a:1'] } },
    '`rediss://` with tls': { redis: 'redis://a', tls: {} },
    'no user and password beside': { redis: 'redis://:x@a', password: 'y' },
    'no number beside': { redis: 'redis://a/1', database: 2 },
    'nothing after the port': { redis: 'redis://a/one' },
    'database 0 only': { cluster: { nodes: ['a:1'] }, database: 1 },
    'both `certificateFile` and `keyFile`': { redis: 'rediss://a', tls: { keyFile: 'k' } },
    'a `password` too': { redis: 'rediss://a', username: 'u' },
    '`host:port`': { cluster: { nodes: ['redis://a:1'] } },
  }
  for (const [message, settings] of Object.entries(refused)) {
    const { error } = schema.safeParse(settings)
    assert.ok(error?.message.includes(message), `${message}: ${error?.message}`)
  }
})

if (!findProgram('redis-server')) {
  test('TLS and ACLs', (t) => void requirePeer(t, 'redis'))
} else {
  test('TLS with client certificates and an ACL user, whose password changes', async () => {
    await using redis = await openTlsRedis('first-password')
    const { port, caFile, certFile: certificateFile, keyFile } = redis
    const file = join(caFile, '../password')
    await writeFile(file, 'first-password\n')
    const settings = {
      redis: `rediss://127.0.0.1:${port}`,
      username: 'gatehouse',
      password: { file },
      tls: { caFile, certificateFile, keyFile, serverName: 'redis.corp.test' },
      prefix: 'gatehouse:',
    }
    const told: string[] = []
    const log = (event: string, detail: object) => void told.push(event, JSON.stringify(detail))
    const open = async (changes: object) => {
      const access = await accessOf({ ...settings, ...changes })
      return openRedisClient({ access, clock: systemClock, log, prefix: 'gatehouse:' })
    }
    await using node = await open({})
    await node.probe()
    for (const changes of [
      { tls: { ...settings.tls, serverName: 'other.corp.test' } },
      { tls: { ...settings.tls, caFile: undefined } },
      { tls: { caFile, serverName: 'redis.corp.test' } },
      { password: 'wrong-password' },
      { redis: `redis://127.0.0.1:${port}`, tls: undefined },
    ])
      await assert.rejects(open(changes), (error: Error) => {
        assert.match(error.message, /^Redis at 127\.0\.0\.1:\d+ cannot be used: /)
        assert.doesNotMatch(error.message, /wrong-password|first-password/)
        return true
      })
    const { tls } = await accessOf(settings)
    const operator = createClient({
      password: 'of-the-default-user',
      socket: { host: '127.0.0.1', port, tls: true, ...(tls as object) },
    })
    await operator.connect()
    const change = ['resetpass', '>second-password']
    await operator.sendCommand(['ACL', 'SETUSER', 'gatehouse', ...change])
    await writeFile(file, 'second-password\n')
    await operator.sendCommand(['CLIENT', 'KILL', 'USER', 'gatehouse'])
    operator.destroy()
    const limit = performance.now() + 60_000
    const works = () => node.probe().then(...[() => true, () => false])
    while (!(await works())) {
      assert.ok(performance.now() < limit, 'it never takes the new password')
      await pause(10)
    }
    assert.doesNotMatch(told.join(), /first-password|second-password/)
  })
}
