import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { ephemeralConformance, movableClock } from '../conformance/ephemeral.ts'
import { role, storeConformance } from '../conformance/store.ts'

const account = '111122223333'
storeConformance('sqlite', () => openSqliteStore({ path: ':memory:', clock: systemClock }))
ephemeralConformance('sqlite', async () => {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  return { ephemeral: store.ephemeral(), clock, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
})

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-store-'))
  return { file: join(path, 'data', 'gatehouse.db'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('what was consumed stays consumed after a restart, and the rest is still there', async () => {
  await using at = await folder()
  const until = new Date(Date.now() + 60_000)
  {
    await using store = await openSqliteStore({ path: at.file, clock: systemClock })
    await store.ephemeral().put('sign-in-token', 'used', 'x', until)
    await store.ephemeral().put('sign-in-token', 'unused', 'y', until)
    await store.ephemeral().take('sign-in-token', 'used')
    assert.equal((await stat(at.file)).mode & 0o777, 0o600)
  }
  await using again = await openSqliteStore({ path: at.file, clock: systemClock })
  assert.equal(await again.ephemeral().take('sign-in-token', 'used'), undefined)
  assert.equal(await again.ephemeral().take('sign-in-token', 'unused'), 'y')
})

test('two stores on one file see each other, and the version tells', async () => {
  await using at = await folder()
  await using one = await openSqliteStore({ path: at.file, clock: systemClock })
  await using two = await openSqliteStore({ path: at.file, clock: systemClock })
  const before = two.version()
  await one.transact((tx) => tx.insert('role', account, 'dev', role('Dev')))
  assert.notEqual(two.version(), before)
  assert.equal((await two.reads.find('role', account, 'dev'))?.name, 'Dev')
  const after = two.version()
  await one.ephemeral().claim('replay', 'x', new Date(Date.now() + 1000))
  assert.equal(two.version(), after, 'short-lived state does not empty the caches')
  assert.equal(await two.ephemeral().claim('replay', 'x', new Date(Date.now() + 1000)), false)
})

test('what a transaction claims is its own: free again when it rolls back, taken when it commits', async () => {
  await using at = await folder()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const ephemeral = store.ephemeral()
  const claim = () => ephemeral.claim('replay', 'code', new Date(Date.now() + 60_000))
  await assert.rejects(store.transact(async () => {
    assert.equal(await claim(), true)
    throw new Error('no')
  }), /no/)
  assert.equal(await store.transact(claim), true)
  assert.equal(await claim(), false)
})

test('a file of the first schema gets its links', async () => {
  await using at = await folder()
  await (await openSqliteStore({ path: at.file, clock: systemClock }))[Symbol.asyncDispose]()
  const db = new DatabaseSync(at.file)
  const arn = `arn:aws:iam::${account}:policy/P`
  const body = JSON.stringify({ ...role('dev'), groups: ['ops', 'dev'], attachedPolicies: [arn], permissionsBoundary: arn })
  const key = JSON.stringify({ account: '*', owner: account, userName: 'Dev' })
  db.exec('DROP TABLE links; PRAGMA user_version = 1')
  const insert = db.prepare("INSERT INTO records (kind, account, key, path, body) VALUES (?, ?, ?, '/', ?)")
  insert.run('user', account, 'dev', body)
  insert.run('accessKey', '*', 'AKIA1', key)
  db.close()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  for (const target of ['group/ops', 'group/dev', `policy/${arn}`, `boundary/${arn}`]) assert.equal(await store.reads.countLinked('user', account, target), 1)
  assert.equal(await store.reads.countLinked('accessKey', '*', `${account}/user/dev`), 1)
})

test('a store of a newer schema is refused', async () => {
  await using at = await folder()
  await (await openSqliteStore({ path: at.file, clock: systemClock }))[Symbol.asyncDispose]()
  const db = new DatabaseSync(at.file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  await assert.rejects(openSqliteStore({ path: at.file, clock: systemClock }), /schema version 99/)
})

test('a file that is no store, and one that cannot be opened, are told by their path', async () => {
  await using at = await folder()
  await mkdir(dirname(at.file))
  await writeFile(at.file, 'not a database, and long enough to look like one to whoever reads its header only'.repeat(20))
  await assert.rejects(openSqliteStore({ path: at.file, clock: systemClock }), { message: `the store \`${at.file}\` can't be opened: file is not a database` })
  const path = dirname(at.file)
  await assert.rejects(openSqliteStore({ path, clock: systemClock }), { message: `the store \`${path}\` can't be opened: unable to open database file` })
})

test('killed in the middle of its writes, a process leaves whole transactions', async () => {
  await using at = await folder()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', `
    import { openSqliteStore } from ${JSON.stringify(new URL('../../src/store/sqlite.ts', import.meta.url).href)}
    import { role } from ${JSON.stringify(new URL('../conformance/store.ts', import.meta.url).href)}
    const store = await openSqliteStore({ path: ${JSON.stringify(at.file)}, clock: { now: () => new Date() } })
    for (let i = 0; ; i++) {
      await store.transact(async (tx) => {
        await tx.insert('role', '1', 'a' + i, role('a'))
        await tx.insert('role', '2', 'a' + i, role('a'))
      })
      if (i === 20) process.stdout.write('running')
    }`], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const [first, second] = [await store.reads.count('role', '1'), await store.reads.count('role', '2')]
  assert.ok(first > 20)
  assert.equal(first, second)
})
