import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/kernel/clock.ts'
import { rememberingStore } from '../../src/store/remembering.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { role, storeConformance } from '../conformance/store.ts'
import { openTwoSqliteStores } from './sqlite/two-stores.ts'

const account = '111122223333'

storeConformance('remembering SQLite', async () => {
  const opened = await openTwoSqliteStores()
  let now = 0
  return {
    ...opened,
    store: rememberingStore(opened.store, { monotonicMs: () => now }),
    beside: rememberingStore(opened.beside, { monotonicMs: () => now }),
    pass: async () => {
      now += opened.store.staleMs + 25
    },
  }
})

test('a record is read once, until this node writes', async () => {
  await using inner = await openSqliteStore({ path: ':memory:', clock: systemClock })
  let now = 0
  const store = rememberingStore(inner, { monotonicMs: () => now })
  await store.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
  const first = await store.reads.find('role', account, 'dev')
  assert.equal(await store.reads.find('role', account, 'dev'), first)
  now += 1000
  assert.equal(await store.reads.find('role', account, 'dev'), first, 'nobody wrote: it stays')
  await store.transact((tx) =>
    tx.update('role', account, 'dev', { ...role('Dev'), description: 'changed' }),
  )
  assert.equal(
    (await store.reads.find('role', account, 'dev'))?.description,
    'changed',
    'at once, without a turn of the event loop',
  )
  await store.transact((tx) => tx.remove('role', account, 'dev'))
  assert.equal(await store.reads.find('role', account, 'dev'), undefined)
})

test('what another process writes counts after 25 ms', async () => {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-store-'))
  try {
    await using ours = await openSqliteStore({
      path: join(path, 'gatehouse.db'),
      clock: systemClock,
    })
    await using theirs = await openSqliteStore({
      path: join(path, 'gatehouse.db'),
      clock: systemClock,
    })
    let now = 0
    const store = rememberingStore(ours, { monotonicMs: () => now })
    await theirs.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
    assert.equal((await store.reads.find('role', account, 'dev'))?.name, 'Dev')
    await theirs.transact((tx) => tx.remove('role', account, 'dev'))
    now += 24.9
    assert.equal((await store.reads.find('role', account, 'dev'))?.name, 'Dev')
    now += 0.1
    assert.equal(await store.reads.find('role', account, 'dev'), undefined)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
})

test('what a failed transaction did is not remembered', async () => {
  await using inner = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const store = rememberingStore(inner)
  await assert.rejects(
    store.transact(async (tx) => {
      await tx.insert('role', account, 'dev', role('Dev'))
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal(await store.reads.find('role', account, 'dev'), undefined)
})

test('no cache keeps more bytes than the settings allow it', async () => {
  await using inner = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const store = rememberingStore(inner, { cacheBytes: 100 })
  assert.equal(store.cacheBytes, 100)
  const cache = store.cache<{ readonly bytes: number }>(1000, ({ bytes }) => bytes)
  const uncounted = store.cache<object>(1000)
  for (let at = 0; at < 10; at += 1) {
    await cache.get(`${at}`, async () => ({ bytes: 30 }))
    await uncounted.get(`${at}`, async () => ({}))
  }
  const { entries, weight } = store.cacheFigures().answers
  assert.deepEqual([entries, weight], [3 + 10, 90])
})
