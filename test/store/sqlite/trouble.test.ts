import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../../src/kernel/clock.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { role } from '../../conformance/store.ts'
import { watchConnections } from './connections.ts'

const account = '111122223333'

async function openShared(patienceMs?: number) {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-trouble-'))
  undo.defer(() => rm(folder, { recursive: true }))
  const path = join(folder, 'gatehouse.db')
  const logged: string[] = []
  const log = (event: string) => void logged.push(event)
  const store = undo.use(
    await openSqliteStore({ path, clock: systemClock, log, ...(patienceMs && { patienceMs }) }),
  )
  const other = new DatabaseSync(path)
  undo.defer(() => other.close())
  const owned = undo.move()
  return { store, other, logged, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const create = (store: Awaited<ReturnType<typeof openShared>>['store'], name: string) =>
  store.transact((tx) => tx.insert('role', account, name, role(name)))

/** Counts turns of the event loop while `work` goes on. */
async function turnsDuring(work: Promise<unknown>): Promise<{ turns: number; longestMs: number }> {
  let [turns, longestMs, last, over] = [0, 0, performance.now(), false]
  const look = () => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
    turns++
    if (!over) setImmediate(look)
  }
  setImmediate(look)
  await work.finally(() => {
    over = true
  })
  return { turns, longestMs }
}

const busy = (error: unknown) => error instanceof StoreFault && error.code === 'busy'

test('while another process holds the lock, writes wait and then fail; reads go on', async () => {
  await using at = await openShared(150)
  const { store, other } = at
  await create(store, 'before')
  other.exec('BEGIN IMMEDIATE')
  const alone = performance.now()
  await assert.rejects(create(store, 'alone'), busy)
  const aloneMs = performance.now() - alone
  const until = new Date(Date.now() + 60_000)
  const began = performance.now()
  const writes = Promise.allSettled([
    ...Array.from({ length: 20 }, (_, i) => create(store, `role-${i}`)),
    store.ephemeral().claim('replay', 'x', until),
    store.documents.write('name', 'text', 0),
  ])
  const { turns } = await turnsDuring(store.reads.find('role', account, 'before'))
  assert.ok(turns < 100, 'a read does not wait')
  const { turns: meanwhile } = await turnsDuring(writes)
  assert.ok(meanwhile > 20, `the loop turned ${meanwhile} times`)
  for (const one of await writes)
    assert.ok(one.status === 'rejected' && busy(one.reason), JSON.stringify(one))
  // One after the other 22 would have waited 22 times: the wait counts from when each was asked.
  assert.ok(performance.now() - began < 11 * aloneMs)
  await assert.rejects(store.probe(), busy)
  other.exec('ROLLBACK')
  assert.equal(await create(store, 'after'), true)
  assert.deepEqual(at.logged, ['store-failing'])
})

test('each write is answered, also one whose patience ends while others are refused', {
  timeout: 60_000,
}, async (t) => {
  await using at = await openShared(150)
  const { store, other } = at
  await create(store, 'before')
  other.exec('BEGIN IMMEDIATE')
  // Time goes on with every look at it.
  let now = performance.now()
  t.mock.method(performance, 'now', () => (now += 7))
  const writes = Array.from({ length: 20 }, (_, i) => create(store, `role-${i}`))
  for (const one of await Promise.allSettled(writes))
    assert.ok(one.status === 'rejected' && busy(one.reason), JSON.stringify(one))
  other.exec('ROLLBACK')
})

test('a write succeeds as soon as the other process lets go', async () => {
  await using at = await openShared()
  at.other.exec('BEGIN IMMEDIATE')
  const waiting = create(at.store, 'one')
  setImmediate(() => at.other.exec('COMMIT'))
  assert.equal(await waiting, true)
  await at.store.probe()
  assert.deepEqual(at.logged, [])
})

test('many writes that wait let the event loop turn', async () => {
  await using at = await openShared()
  const { store } = at
  const writes = Promise.all(
    Array.from({ length: 3000 }, (_, i) =>
      i % 2 ? create(store, `role-${i}`) : store.ephemeral().count('rate', `${i}`, 60),
    ),
  )
  const before = process.cpuUsage()
  const { turns } = await turnsDuring(writes)
  const { user, system } = process.cpuUsage(before)
  // A turn each 4 ms of work and one write; by the processor's clock, which others do not move.
  assert.ok(turns > (user + system) / 100_000, `${turns} turns`)
  assert.ok(turns > 3, `${turns} turns`)
})

test('a damaged record is named, and nothing of it is told', async () => {
  await using at = await openShared()
  await create(at.store, 'dev')
  at.other.exec(`UPDATE records SET body = '{"secret":' || substr(body, 1, 20)`)
  const told = {
    message:
      `the record of role \`dev\` of account ${account} is damaged: ` +
      'bring the store back from a backup, or remove the record',
  }
  await assert.rejects(at.store.reads.find('role', account, 'dev'), told)
  await assert.rejects(at.store.reads.list('role', account, { limit: 9 }), told)
  await assert.rejects(
    at.store.transact((tx) => tx.find('role', account, 'dev')),
    told,
  )
})

test('a full disk fails the write with StoreFault, and the probe with it', async () => {
  using connections = watchConnections()
  await using at = await openShared()
  const { store } = at
  await store.probe()
  connections.pragma('max_page_count = 1')
  const fill = async () => {
    for (let i = 0; i < 1000; i++) await create(store, `role-${i}`)
  }
  await assert.rejects(fill(), (error) => error instanceof StoreFault && error.code === 'full')
  await assert.rejects(store.probe(), (error) => error instanceof StoreFault)
  assert.deepEqual(at.logged, ['store-failing'])
  connections.pragma('max_page_count = 1000000')
  assert.equal(await create(store, 'after'), true)
})

test('the probe finds a disk without space, and seldom writes otherwise', async () => {
  using connections = watchConnections()
  await using at = await openShared()
  const version = at.other.prepare('PRAGMA data_version')
  const versions = new Set<unknown>()
  for (let i = 0; i < 30; i++) {
    await at.store.probe()
    versions.add(version.get()?.data_version)
  }
  assert.ok(versions.size <= 2, `${versions.size} commits`)
  await using second = await openShared()
  connections.pragma('max_page_count = 1')
  await assert.rejects(second.store.probe(), (e) => e instanceof StoreFault && e.code === 'full')
})
