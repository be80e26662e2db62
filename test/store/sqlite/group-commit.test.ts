import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { systemClock } from '../../../src/kernel/clock.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite/open-store.ts'
import { takeTurns } from '../../../src/store/sqlite/turns.ts'
import { createWalSync } from '../../../src/store/sqlite/wal-sync.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { createWriteHealth } from '../../../src/store/write-health.ts'
import { role } from '../../conformance/store.ts'
import { watchConnections } from './connections.ts'

const account = '111122223333'
const create = (store: SqliteStore, name: string) =>
  store.transact((tx) => tx.insert('role', account, name, role(name)))

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-group-'))
  return {
    path,
    file: join(path, 'gatehouse.db'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

/** A disk whose syncs end when they are told to, or all of them once it is released. */
function slowDisk() {
  const syncs: PromiseWithResolvers<void>[] = []
  let begun = Promise.withResolvers<void>()
  let released = false
  return {
    syncs,
    sync() {
      const one = Promise.withResolvers<void>()
      syncs.push(one)
      if (released) one.resolve()
      begun.resolve()
      begun = Promise.withResolvers()
      return one.promise
    },
    /** Resolves when so many syncs have begun. */
    async has(count: number) {
      while (syncs.length < count) await begun.promise
    },
    [Symbol.dispose]() {
      released = true
      for (const { resolve } of syncs) resolve()
    },
  }
}

test('writes are answered after one sync for all of them, and reads see them before', async (t) => {
  // Time stands still, so that a slow machine makes no second batch.
  t.mock.method(performance, 'now', () => 1)
  await using at = await folder()
  const slow = slowDisk()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock, sync: slow.sync })
  // Released before the store ends, also where an assertion fails.
  using disk = slow
  const answered: string[] = []
  const write = (name: string) => create(store, name).then(() => answered.push(name))
  const seen = async (count: number) => {
    while ((await store.reads.count('role', account)) < count) await new Promise(setImmediate)
  }
  const first = write('a')
  await disk.has(1)
  await seen(1)
  assert.deepEqual(answered, [])
  // What is committed while a sync is under way waits for the next one, in how many batches ever.
  const second = ['b', 'c', 'd'].map(write)
  const until = new Date(Date.now() + 60_000)
  const claim = store.ephemeral().claim('totp', 'code', until)
  const last = write('e')
  await seen(5)
  const same = store.transact((tx) => tx.find('role', account, 'd'))
  assert.equal(disk.syncs.length, 1)
  assert.deepEqual(answered, [])
  disk.syncs[0]!.resolve()
  await first
  await disk.has(2)
  assert.deepEqual(answered, ['a'])
  disk.syncs[1]!.resolve()
  await Promise.all([...second, last])
  assert.equal(await claim, true)
  assert.equal((await same)?.name, 'd', 'who saw what was not durable is answered when it is')
  assert.equal(disk.syncs.length, 2)
  assert.equal(await store.transact((tx) => tx.count('role', account)), 5)
  assert.equal(disk.syncs.length, 2, 'what changes nothing needs no disk')
})

test('one piece of work that fails takes nothing of the others back', async () => {
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const until = new Date(Date.now() + 60_000)
  const { position } = store.changes()
  const done = await Promise.allSettled([
    create(store, 'a'),
    store.transact(async (tx) => {
      await tx.insert('role', account, 'b', role('b'))
      await tx.leave('b')
      await store.ephemeral().claim('totp', 'b', until)
      throw new Error('no')
    }),
    create(store, 'c'),
    store.ephemeral().count('rate', 'c', 60),
  ])
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  assert.equal(await store.reads.count('role', account), 2)
  assert.deepEqual(store.changes(position).keys, [`role/${account}/a`, `role/${account}/c`])
  const waiting = { until, after: 0, limit: 9 }
  assert.deepEqual(await store.outbox.waiting(waiting), [])
  assert.equal(await store.ephemeral().claim('totp', 'b', until), false, 'the code is used up')
})

test('after a sync that failed nothing is written any more, and readiness says so', async () => {
  await using at = await folder()
  const logged: string[] = []
  let disk = (): Promise<void> => Promise.resolve()
  const store = await openSqliteStore({
    path: at.file,
    clock: systemClock,
    log: (event) => void logged.push(event),
    sync: () => disk(),
  })
  await using _store = store
  await create(store, 'a')
  disk = async () => {
    throw new Error('input/output error')
  }
  const failing = (error: unknown) =>
    error instanceof StoreFault && /can't be synced: input\/output error/.test(error.message)
  await assert.rejects(create(store, 'b'), failing)
  disk = async () => undefined
  await assert.rejects(create(store, 'c'), failing, 'the next sync could lie')
  await assert.rejects(store.probe(), failing)
  assert.deepEqual(logged, ['store-sync-failed', 'store-failing'])
  assert.equal((await store.reads.find('role', account, 'a'))?.name, 'a')
})

test('a disk that stands still refuses writes, and takes them when it goes on', async () => {
  await using at = await folder()
  const disk = slowDisk()
  await using store = await openSqliteStore({
    ...{ path: at.file, clock: systemClock, sync: disk.sync, syncPatienceMs: 20 },
  })
  using _frozen = disk
  const standing = (error: unknown) =>
    error instanceof StoreFault && /has not finished a sync for 0.02 s/.test(error.message)
  await assert.rejects(create(store, 'a'), standing)
  // Nobody else waits for it, and no second sync takes another thread.
  await assert.rejects(create(store, 'b'), standing)
  await assert.rejects(store.probe(), standing)
  assert.equal(disk.syncs.length, 1)
  assert.equal((await store.reads.find('role', account, 'a'))?.name, 'a', 'reads go on')
  disk[Symbol.dispose]()
  await disk.syncs[0]!.promise
  await create(store, 'c')
  assert.equal((await store.reads.find('role', account, 'c'))?.name, 'c')
})

test('a transaction in another is refused, and stays alone', async () => {
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const nested = store.transact(() => create(store, 'inner'))
  await assert.rejects(nested, /a transaction can not be within another/)
  assert.equal(await store.reads.count('role', account), 0)
})

test('a long transaction lets other work go on', async () => {
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  let [turns, over] = [0, false]
  const look = () => {
    turns++
    if (!over) setImmediate(look)
  }
  setImmediate(look)
  await store.transact(async (tx) => {
    for (let i = 0; i < 5000; i++) await tx.insert('role', account, `r${i}`, role('r'))
  })
  over = true
  assert.ok(turns > 5, `${turns} turns`)
})

test('under steady writes the log is emptied again and again, and nothing is lost', async () => {
  await using at = await folder()
  const walLimitBytes = 256 * 1024
  let [written, emptied, before] = [0, 0, 0]
  {
    const options = { path: at.file, clock: systemClock, walLimitBytes, sync: async () => {} }
    await using store = await openSqliteStore(options)
    const until = performance.now() + 60_000
    while (emptied < 2 && performance.now() < until) {
      const names = Array.from({ length: 20 }, () => `r${written++}`)
      await Promise.all(names.map((name) => create(store, name)))
      const { size } = await stat(`${at.file}-wal`)
      if (size < before) emptied++
      before = size
    }
  }
  assert.equal(emptied, 2)
  await using again = await openSqliteStore({ path: at.file, clock: systemClock })
  assert.equal(await again.reads.count('role', account), written)
})

test('a power cut at any moment loses nothing that was answered', async () => {
  await using at = await folder()
  const size = () => statSync(`${at.file}-wal`).size
  let durable = 0
  const sync = async () => {
    const written = size()
    await new Promise(setImmediate)
    durable = written
  }
  await using store = await openSqliteStore({ path: at.file, clock: systemClock, sync })
  const answered = new Set<string>()
  for (let cut = 0; cut < 12; cut++) {
    const names = Array.from({ length: 30 }, (_, n) => `r${cut}-${n}`)
    const all = names.map((name) => create(store, name).then(() => answered.add(name)))
    await Promise.race(all)
    const known = [...answered]
    const copy = join(at.path, `cut${cut}.db`)
    copyFileSync(at.file, copy)
    writeFileSync(`${copy}-wal`, readFileSync(`${at.file}-wal`).subarray(0, durable))
    using found = new DatabaseSync(copy)
    assert.deepEqual(
      { ...found.prepare('PRAGMA integrity_check').get() },
      { integrity_check: 'ok' },
    )
    const there = found.prepare("SELECT key FROM records WHERE kind = 'role'").all()
    const keys = new Set(there.map(({ key }) => key))
    assert.deepEqual(
      known.filter((name) => !keys.has(name)),
      [],
    )
    await Promise.all(all)
  }
})

/** Turns on a database of their own, without a disk. */
function bareTurns(between: () => undefined) {
  const log = () => undefined
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (k INTEGER)')
  const health = createWriteHealth(log)
  const wal = createWalSync(async () => undefined, log)
  return { db, turns: takeTurns({ db, patienceMs: 100, health, wal, between }) }
}

test('what fails between two batches refuses who waits, and no later write', async () => {
  let between = (): undefined => {
    throw new Error('input/output error')
  }
  const { db, turns } = bareTurns(() => between())
  const refused = (error: unknown) => error instanceof StoreFault && error.code === 'failing'
  await assert.rejects(
    turns.write(() => 1),
    refused,
  )
  between = () => undefined
  assert.equal(await turns.write(() => 2), 2)
  await turns.end()
  db.close()
})

test('a transaction that is over writes nothing more, neither alone nor into another', async () => {
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const go = Promise.withResolvers<void>()
  let stray: Promise<unknown> | undefined
  await store.transact(async (tx) => {
    // Nobody waits for it.
    stray = go.promise.then(() => tx.insert('role', account, 'a', role('a')))
  })
  const another = store.transact(async () => {
    go.resolve()
    await new Promise(setImmediate)
  })
  await assert.rejects(stray!, /the transaction is over/)
  await another
  assert.equal(await store.reads.count('role', account), 0)
})

test('work that goes on after an error has ended its transaction writes nothing', async () => {
  using connections = watchConnections()
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const until = new Date(Date.now() + 60_000)
  const goesOn = store.transact(async (tx) => {
    connections.pragma('max_page_count = 1')
    await assert.rejects(store.ephemeral().put('app', 'long', 'x'.repeat(50_000), until))
    connections.pragma('max_page_count = 1000000')
    await store.ephemeral().claim('totp', 'b', until)
    await tx.insert('role', account, 'a', role('a')).catch(() => false)
  })
  await assert.rejects(goesOn, StoreFault)
  assert.equal(await store.reads.count('role', account), 0)
  assert.equal(await store.ephemeral().get('totp', 'b'), undefined)
})

test('what stays of a failed call may find the disk full: others are done', async () => {
  const { db, turns } = bareTurns(() => undefined)
  let runs = 0
  const failing = turns.transact(async () => {
    await turns.write(() => {
      if (runs++ === 0) return
      // What SQLite does when the disk is full.
      db.exec('ROLLBACK')
      throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
    })
    throw new Error('no')
  })
  const next = turns.write(() => db.exec('INSERT INTO t VALUES (1)'))
  const results = await Promise.allSettled([failing, next])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  )
  assert.equal(db.prepare('SELECT count(*) AS n FROM t').get()?.n, 1)
  await turns.end()
  db.close()
})

test('each transaction runs in the asynchronous context of who asked it', async () => {
  await using store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const who = new AsyncLocalStorage<string>()
  const seen = ['a', 'b'].map((name) =>
    who.run(name, () => store.transact(async () => who.getStore())),
  )
  assert.deepEqual(await Promise.all(seen), ['a', 'b'])
})

test('a checkpoint thread that dies while it rests ends nothing', async () => {
  await using at = await folder()
  const threads: Worker[] = []
  const note = (thread: Worker) => void threads.push(thread)
  process.on('worker', note)
  const options = { path: at.file, clock: systemClock, walLimitBytes: 1 }
  const store = await openSqliteStore(options)
  while (threads.length === 0) await create(store, `r${await store.reads.count('role', account)}`)
  process.off('worker', note)
  while (threads[0]!.listenerCount('message') > 0) await new Promise(setImmediate)
  // As a thread that lacks memory does.
  threads[0]!.emit('error', new Error('out of memory'))
  await threads[0]!.terminate()
  assert.equal(await create(store, 'after'), true)
  await store[Symbol.asyncDispose]()
})
