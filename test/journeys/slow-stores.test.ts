import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { answerTo } from '../chaos/exchange.ts'
import { openPostgres } from '../peers/postgres.ts'
import { openRedis } from '../peers/redis.ts'
import { openRelay, type Relay } from '../peers/relay.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { openNodes, type RunningHere } from './running.ts'

const account = '111122223333'
const admin: Signer = {
  accessKeyId: 'AKIASLOWADMIN2222222',
  secretAccessKey: 'slow'.repeat(10),
}
const accounts = `
accounts:
  "${account}":
    users:
      chief:
        accessKeys: [${JSON.stringify(admin)}]
        policies: { All: { Version: "2012-10-17",
          Statement: { Effect: Allow, Action: "*", Resource: "*" } } }
`
const portOf = (origin: string) => Number(new URL(origin).port)

async function call(at: RunningHere, service: 'iam' | 'sts', parameters: Record<string, string>) {
  const port = portOf(at.origin)
  const answer = await answerTo(port, await signedFor(service, port, admin, parameters))
  assert.ok(typeof answer === 'object', 'every call is answered')
  return answer
}
const identify = (at: RunningHere) => call(at, 'sts', { Action: 'GetCallerIdentity' })

let serial = 0
/** So many writes at once. Each is done, or told to come again. Returns how many were done. */
async function writeAtOnce(at: RunningHere, count: number): Promise<number> {
  const writes = Array.from({ length: count }, () =>
    call(at, 'iam', { Action: 'CreateUser', UserName: `user-${serial++}` }),
  )
  const answers = await Promise.all(writes)
  for (const { status, head, body } of answers) {
    assert.ok(status === 200 || status === 503, `${status} ${body}`)
    if (status === 503) assert.match(head, /^retry-after: \d+$/im)
  }
  return answers.filter(({ status }) => status === 200).length
}

/** A metric, or the sum over its labels. */
async function figure({ operations }: RunningHere, name: string): Promise<number> {
  const text = await (await fetch(`${operations}/metrics`)).text()
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, 'gm'))
  return Array.from(lines, ([, value]) => Number(value)).reduce((all, one) => all + one, 0)
}

/** Looks at a figure as long as `work` lasts; returns the most it was. */
async function mostDuring(look: () => Promise<number>, work: Promise<unknown>): Promise<number> {
  let [most, isOver] = [0, false]
  const end = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    most = Math.max(most, await look())
    await pause(10)
  }
  await end
  return most
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000
  while (!(await holds())) {
    assert.ok(performance.now() < limit, 'it never came to this')
    await pause(20)
  }
}

/** Signed calls of somebody who is known to the node, as long as `work` lasts. */
async function identifiedDuring(at: RunningHere, work: Promise<unknown>): Promise<number> {
  let [count, isOver] = [0, false]
  const end = work.finally(() => {
    isOver = true
  })
  for (; !isOver; count++) {
    const { status, body } = await identify(at)
    assert.equal(status, 200, body)
  }
  await end
  return count
}

const [connections, queue] = [4, 20]

test('a slow PostgreSQL: what does not fit is refused at once, and nothing piles up', async (t) => {
  if (!requirePeer(t, 'postgres')) return
  await using postgres = await openPostgres()
  await using relay: Relay = await openRelay(postgres.port)
  const url = new URL(postgres.url)
  url.port = String(relay.port)
  const store = `{ postgres: { url: "${url.href}", connections: ${connections}, queue: ${queue},
    statementTimeout: 2s, lockTimeout: 2s, trustMemoryFor: 60s } }`
  await using at = await openNodes(accounts, { store })
  assert.equal((await identify(at)).status, 200)
  assert.equal(await writeAtOnce(at, 5), 5)

  await t.test('within the time-outs calls take longer, and the queue is bounded', async () => {
    relay.slow(100)
    const waiting = () => figure(at, 'gatehouse_store_waiting')
    const writes = writeAtOnce(at, 150)
    const most = await mostDuring(waiting, writes)
    const done = await writes
    assert.ok(done < 100, `${done} were done, all others were refused`)
    assert.ok(most <= 2 * queue, `${most} waited`)
    relay.mend()
    await until(async () => (await writeAtOnce(at, 3)) === 3)
  })

  await t.test(
    'beyond them it counts as away: all writes are refused, who is known is not',
    async () => {
      relay.slow(20_000)
      assert.equal(await writeAtOnce(at, 30), 0)
      await until(async () => (await figure(at, 'gatehouse_store_away')) === 1)
      const asked = await figure(at, 'gatehouse_store_asked_total')
      assert.equal(await writeAtOnce(at, 200), 0)
      assert.equal(await figure(at, 'gatehouse_store_asked_total'), asked, 'nobody is asked')
      assert.equal(await figure(at, 'gatehouse_store_waiting'), 0, 'nobody waits')
      assert.ok((await identifiedDuring(at, writeAtOnce(at, 50))) > 0)
      relay.mend()
      await until(async () => (await writeAtOnce(at, 3)) === 3)
    },
  )
})

test('calls of those who are known ask neither PostgreSQL nor Redis', async (t) => {
  if (!requirePeer(t, 'postgres') || !requirePeer(t, 'redis')) return
  await using postgres = await openPostgres()
  await using redis = await openRedis()
  const settings = `ephemeral: { redis: "${redis.url}" }\n${accounts}`
  const store = `{ postgres: { url: "${postgres.url}" } }`
  await using at = await openNodes(settings, { store, count: 2 })
  const asked = async () =>
    (await figure(at, 'gatehouse_store_asked_total')) +
    (await figure(at, 'gatehouse_redis_commands_total'))
  for (let warm = 0; warm < 10; warm++) await identify(at)
  const before = await asked()
  for (let n = 0; n < 400; n++) assert.equal((await identify(at)).status, 200)
  // Health checks and what keeps nodes in step ask by the clock, whatever the number of calls.
  const each = ((await asked()) - before) / 400
  assert.ok(each < 0.2, `${each} questions a call`)
})

test('a slow Redis: people are refused at once after three, and signed calls go on', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await using redis = await openRedis()
  await using relay: Relay = await openRelay(Number(new URL(redis.url).port))
  const url = new URL(redis.url)
  url.port = String(relay.port)
  const passwordHash = await hashPassword('right-and-long-2026')
  const people = `
connectors:
  staff: { type: file, label: Staff, accounts: ["${account}"], people: [
    { username: amina, displayName: Amina, passwordHash: "${passwordHash}", groups: [all] }] }
mappings: []
`
  await using at = await openNodes(`ephemeral: { redis: "${url.href}" }\n${accounts}${people}`)
  const signIns = async (count: number) => {
    const tries = Array.from({ length: count }, () =>
      assumeWithPassword(at.origin, 'nobody', 'wrong'),
    )
    return (await Promise.all(tries)).map(({ status }) => status)
  }
  const isRefused = (status: number) => status >= 400 && status < 500
  assert.ok((await signIns(3)).every(isRefused))

  relay.slow(200)
  const slow = signIns(20)
  assert.ok((await identifiedDuring(at, slow)) > 0)
  assert.ok((await slow).every(isRefused), 'within the time-out they take longer')

  relay.slow(20_000)
  const late = signIns(20)
  assert.ok((await identifiedDuring(at, late)) > 0)
  assert.ok((await late).every((status) => status === 503))
  await until(async () => (await figure(at, 'gatehouse_redis_up')) === 0)
  const sent = async () => await figure(at, 'gatehouse_redis_commands_total{outcome="late"}')
  const before = await sent()
  assert.ok((await signIns(100)).every((status) => status === 503))
  // New connections are tried meanwhile, with a write each.
  assert.ok((await sent()) - before < 20, 'nobody waits for an answer')
  assert.ok((await figure(at, 'gatehouse_redis_waiting_commands')) <= 2)
  relay.mend()
  await until(async () => (await signIns(2)).every(isRefused))
})
