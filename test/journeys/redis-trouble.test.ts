import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { Browser } from '../http/browser.ts'
import { openRedis, type Redis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

const secretFile = join(import.meta.dirname, '../../config/demo/broker-secret-access-key')
const keys = {
  accessKeyId: 'AKIADEMOBROKER222222',
  secretAccessKey: readFileSync(secretFile, 'utf8').trim(),
}
const password = 'amina-demo-2026'
const role = { RoleArn: 'arn:aws:iam::111122223333:role/Developer' }

async function until(holds: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000
  while (!(await holds())) {
    assert.ok(performance.now() < limit, 'it never came to this')
    await pause(20)
  }
}

async function signIn(origin: string): Promise<Browser> {
  const browser = new Browser(origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const form = { _csrf: csrf, connector: 'staff', username: 'amina', password }
  assert.equal((await browser.post('/signin', form)).status, 303)
  return browser
}

/** Signed calls, one after the other until `stop`, which answers how many there were. */
function callOnAndOn(origin: string) {
  const client = new IAMClient({
    ...{ endpoint: origin, region: 'us-east-1', credentials: keys, maxAttempts: 1 },
  })
  let [stopped, count] = [false, 0]
  const calling = (async () => {
    for (; !stopped; count++) await client.send(new GetUserCommand({}))
  })()
  return {
    // A failed call rejects here.
    async stop() {
      stopped = true
      await calling
      return count
    },
  }
}

async function refusesPeople({ origin, operations }: RunningHere, browser: Browser) {
  // First, because it writes: a replica still answers what is read.
  const assumed = await assumeWithPassword(origin, 'amina', password, role)
  assert.equal(assumed.status, 503)
  assert.match(assumed.text, /ServiceUnavailable/)
  const page = await browser.get('/portal')
  assert.equal(page.status, 503)
  assert.match(page.headers.get('retry-after') ?? '', /^\d+$/)
  assert.match(page.title, /cannot be done right now/)
  const start = await new Browser(origin).get('/signin?connector=staff')
  assert.ok([200, 503].includes(start.status))
  const ready = await fetch(`${operations}/readyz`)
  const told = (await ready.json()) as { status: string; checks: { ephemeral: object } }
  assert.equal(ready.status, 200, 'signed calls go on')
  assert.equal(told.status, 'degraded')
  assert.match(JSON.stringify(told.checks.ephemeral), /"ok":false,"reason":"Redis at 127/)
  const metrics = await (await fetch(`${operations}/metrics`)).text()
  assert.match(metrics, /^gatehouse_redis_up 0$/m)
}

async function servesPeople({ origin, operations }: RunningHere, browser: Browser) {
  const ready = () => fetch(`${operations}/readyz`).then((answer) => answer.json())
  await until(async () => ((await ready()) as { status: string }).status === 'ready')
  assert.equal((await browser.get('/portal')).status, 200)
  assert.equal((await assumeWithPassword(origin, 'amina', password, role)).status, 200)
}

const faults: Readonly<Record<string, Fault>> = {
  'stands still': { begin: (redis) => redis.freeze(), end: async (redis) => redis.thaw() },
  'is killed': {
    begin: (redis) => redis.stop(),
    end: (redis) => redis.start(),
    forgets: true,
  },
  'is a replica that takes no writes': {
    begin: (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    end: (redis) => redis.command('REPLICAOF', 'NO', 'ONE'),
  },
}
interface Fault {
  begin(redis: Redis): Promise<unknown>
  end(redis: Redis): Promise<unknown>
  readonly forgets?: boolean
}

test('without Redis people get 503 and signed calls go on, whatever it suffers from', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await using redis = await openRedis()
  const settings = await demoSettings()
  await using running = await openRunning(`ephemeral: { redis: "${redis.url}" }\n${settings}`)
  const calls = callOnAndOn(running.origin)
  for (const [name, { begin, end, forgets }] of Object.entries(faults))
    await t.test(name, async () => {
      const browser = await signIn(running.origin)
      await begin(redis)
      try {
        await refusesPeople(running, browser)
      } finally {
        await end(redis)
      }
      await servesPeople(running, forgets ? await signedInAtLast(running.origin) : browser)
    })

  await t.test('has no memory left: pages are read, and nobody new comes in', async () => {
    const browser = await signIn(running.origin)
    await redis.command('CONFIG', 'SET', 'maxmemory', '1')
    try {
      assert.equal((await browser.get('/portal')).status, 200)
      const assumed = await assumeWithPassword(running.origin, 'amina', password, role)
      assert.equal(assumed.status, 503)
    } finally {
      await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    }
    await servesPeople(running, browser)
  })

  await t.test('was emptied: everybody signs in again', async () => {
    const browser = await signIn(running.origin)
    await redis.command('FLUSHALL')
    const page = await browser.get('/portal')
    assert.deepEqual([page.status, page.headers.get('location')], [303, '/signin'])
    await servesPeople(running, await signIn(running.origin))
  })

  assert.ok((await calls.stop()) > 0)
  const log = running.logged.join('\n')
  assert.doesNotMatch(log, /call-failed|page-failed|app-failed/)
  assert.match(log, /redis-failed.*redis-recovered/s)
})

async function signedInAtLast(origin: string): Promise<Browser> {
  let browser: Browser | undefined
  await until(async () => {
    browser = await signIn(origin).catch(() => undefined)
    return browser !== undefined
  })
  return browser!
}
