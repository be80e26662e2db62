import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../../src/kernel/clock.ts'
import { linkTo, weekOf } from '../../../src/store/links.ts'
import type { Search } from '../../../src/store/search.ts'
import { migrations } from '../../../src/store/sqlite/migrations.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { personKeysConformance } from '../../conformance/person-keys.ts'
import { role, storeConformance } from '../../conformance/store.ts'
import { openTwoSqliteStores } from './two-stores.ts'

const account = '111122223333'
storeConformance('sqlite', () => openTwoSqliteStores())
personKeysConformance('sqlite', openTwoSqliteStores)
ephemeralConformance('sqlite', async () => {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  return {
    ephemeral: store.ephemeral(),
    store,
    clock,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
})

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-store-'))
  return {
    file: join(path, 'data', 'gatehouse.db'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
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

test('short-lived state moves no position of the records, and two stores share it', async () => {
  await using at = await folder()
  await using one = await openSqliteStore({ path: at.file, clock: systemClock })
  await using two = await openSqliteStore({ path: at.file, clock: systemClock })
  const { position } = two.changes()
  const until = new Date(Date.now() + 1000)
  assert.equal(await one.ephemeral().claim('replay', 'x', until), true)
  assert.deepEqual(two.changes(position), { position, keys: [] })
  assert.equal(await two.ephemeral().claim('replay', 'x', until), false)
})

/** Takes away what later schemas brought. */
const withoutTags = `DROP TRIGGER record_tagged; DROP TRIGGER record_retagged;
  DROP TRIGGER tag_linked; DROP TRIGGER tag_unlinked;`
const withoutSearch = `${withoutTags} DROP TRIGGER record_filed; DROP TRIGGER record_moved;
  DROP TRIGGER record_unfiled; DROP TABLE directory;`
const withoutCounts = `${withoutSearch} DROP TRIGGER record_counted; DROP TRIGGER record_uncounted;
  DROP TRIGGER link_counted; DROP TRIGGER link_uncounted;
  DROP TABLE record_counts; DROP TABLE link_counts; DROP INDEX records_path;`

test('a file without counts gets them, and what an older process writes then counts', async () => {
  await using at = await folder()
  await (await openSqliteStore({ path: at.file, clock: systemClock }))[Symbol.asyncDispose]()
  using db = new DatabaseSync(at.file)
  db.exec(`${withoutCounts} PRAGMA user_version = 7`)
  const insert = db.prepare(
    'INSERT INTO records (kind, account, key, path, body) VALUES (?, ?, ?, ?, ?)',
  )
  insert.run('user', account, 'ann', '/staff/', JSON.stringify({ name: 'ann' }))
  insert.run('user', account, 'bob', '/', 'damaged')
  insert.run('policy', account, 'p', '/', JSON.stringify({ versions: [{}, {}] }))
  insert.run('policy', account, 'q', '/', JSON.stringify({ versions: [{}] }))
  insert.run('policy', account, 'r', '/', 'damaged')
  insert.run('mfaDevice', account, '/d', '/', '{}')
  const expiresAt = '2026-01-09T00:00:00.000Z'
  for (const by of ['the person', 'a check of the sign-in', 'command'])
    insert.run('revocation', account, by, '/', JSON.stringify({ by, expiresAt }))
  db.exec(`INSERT INTO links VALUES ('user', '${account}', 'group/ops', 'ann');
    INSERT INTO links VALUES ('mfaDevice', '${account}', '${account}/user/ann', '/d')`)
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const { reads } = store
  assert.equal(await reads.count('user', account), 2)
  assert.equal(await reads.count('role', account), 0)
  assert.deepEqual(await reads.accounts(), [account])
  assert.equal(await reads.countLinked('user', account, linkTo.group('ops')), 1)
  assert.equal(await reads.countLinked('policy', account, linkTo.version(1)), 2)
  assert.equal(await reads.countLinked('policy', account, linkTo.version(2)), 1)
  assert.equal(await reads.countLinked('mfaDevice', account, linkTo.enabled()), 1)
  const revoked = (target: string) => reads.countLinked('revocation', account, target)
  assert.equal(await revoked(linkTo.week(weekOf(new Date(expiresAt)))), 3)
  assert.equal(await revoked(linkTo.automatic()), 2)
  assert.equal(await revoked(linkTo.listed()), 2)
  const staff = await reads.list('user', account, { pathPrefix: '/staff/', limit: 9 })
  assert.deepEqual(
    staff.map(({ key }) => key),
    ['ann'],
  )
  insert.run('user', account, 'cid', '/', '{}')
  db.exec(`DELETE FROM records WHERE key = 'ann'; DELETE FROM links WHERE key = 'ann'`)
  assert.equal(await reads.count('user', account), 2)
  assert.equal(await reads.countLinked('user', account, linkTo.group('ops')), 0)
})

test('a file without the index of searches gets it, and older processes keep it', async () => {
  await using at = await folder()
  const one = (name: string, more: object = {}) =>
    JSON.stringify({ ...role(name), createdAt: `2026-01-0${name.length}`, ...more })
  {
    await using _made = await openSqliteStore({ path: at.file, clock: systemClock })
  }
  using db = new DatabaseSync(at.file)
  db.exec(`${withoutSearch} PRAGMA user_version = 9`)
  const insert = db.prepare(
    'INSERT INTO records (kind, account, key, path, body) VALUES (?, ?, ?, ?, ?)',
  )
  const tags = [{ Key: 'team:é', Value: '' }]
  insert.run('role', account, 'two', '/', one('two', { tags }))
  insert.run('role', account, 'a', '/x/', one('a'))
  insert.run('user', account, 'broken', '/', 'damaged')
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const found = async (more: Partial<Search> = {}) => {
    const search = { order: 'created', descending: true, limit: 9, ...more } as const
    return (await store.reads.search('role', account, search)).found.map(({ key }) => key)
  }
  assert.deepEqual(await found(), ['two', 'a'])
  assert.deepEqual(await found({ tag: { key: 'team:é' } }), ['two'])
  assert.deepEqual(await found({ tag: { key: 'team:é', value: '' } }), ['two'])
  assert.deepEqual(await found({ tag: { key: 'team:é', value: 'x' } }), [])
  insert.run('role', account, 'later', '/', one('later'))
  db.exec(`UPDATE records SET path = '/y/' WHERE key = 'a'; DELETE FROM records WHERE key = 'two'`)
  assert.deepEqual(await found(), ['later', 'a'])
  assert.deepEqual(await found({ pathPrefix: '/y/' }), ['a'])
  const users = { order: 'name', descending: false, limit: 9 } as const
  const damaged = await store.reads.search('user', account, users)
  assert.deepEqual(damaged.found, [{ key: 'broken', created: '' }])
})

test('tags are found whoever wrote them, also a process that knows of no index', async () => {
  await using at = await folder()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  using old = new DatabaseSync(at.file)
  const tagged = (name: string, ...keys: string[]) => ({
    ...role(name),
    tags: keys.map((Key) => ({ Key, Value: 'a=b' })),
  })
  /** The links are read and compared with those that the process knows: none of tags. */
  const unlink = (key: string) => {
    const place = ['role', account, key] as const
    const where = 'kind = ? AND account = ? AND key = ?'
    const links = old.prepare(`SELECT target FROM links WHERE ${where}`).all(...place)
    for (const { target } of links)
      old.prepare(`DELETE FROM links WHERE ${where} AND target = ?`).run(...place, String(target))
  }
  const update = (body: object) => {
    old.prepare("UPDATE records SET body = ? WHERE key = 'a'").run(JSON.stringify(body))
    unlink('a')
  }
  const found = async (key: string, value?: string) => {
    const tag = { key, ...(value !== undefined && { value }) }
    const search = { order: 'name', descending: false, limit: 9, tag } as const
    return (await store.reads.search('role', account, search)).found.map((one) => one.key)
  }
  await store.transact((tx) => tx.insert('role', account, 'a', tagged('a', 'team', 'cost')))
  old
    .prepare("INSERT INTO records (kind, account, key, path, body) VALUES ('role', ?, 'b', '/', ?)")
    .run(account, JSON.stringify(tagged('b', 'team')))
  assert.deepEqual(await found('team', 'a=b'), ['a', 'b'])
  update(tagged('a', 'team', 'stage'))
  for (const [key, names] of Object.entries({ team: ['a', 'b'], stage: ['a'], cost: [] }))
    assert.deepEqual(await found(key), names, key)
  update(tagged('a'))
  assert.deepEqual(await found('team'), ['b'])
  update({ ...role('a'), tags: ['damaged', { Key: 'no value' }] })
  assert.deepEqual(await found('no value'), ['a'])
  await store.transact((tx) => tx.update('role', account, 'a', tagged('a', 'cost')))
  assert.deepEqual(await found('cost'), ['a'])
  old.exec("DELETE FROM records WHERE key = 'b'")
  unlink('b')
  const counts = old.prepare('SELECT target, n FROM link_counts ORDER BY target').all()
  assert.deepEqual(
    counts.map(({ target, n }) => [target, n]),
    [
      ['tag/cost', 1],
      ['tag/cost\na=b', 1],
    ],
  )
})

test('a file of every version of the schema becomes the same as a new one', async () => {
  await using at = await folder()
  const shapeOf = (file: string) => {
    using db = new DatabaseSync(file)
    const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all()
    return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' ')).sort()
  }
  const open = async (file: string) => {
    await using store = await openSqliteStore({ path: file, clock: systemClock })
    await store.transact((tx) => tx.insert('role', account, 'dev', role('dev')))
    assert.equal(await store.reads.count('role', account), 1)
  }
  await open(at.file)
  const wanted = shapeOf(at.file)
  for (let version = 1; version < migrations.length; version++) {
    const file = `${at.file}-${version}`
    {
      using db = new DatabaseSync(file)
      for (const sql of migrations.slice(0, version)) db.exec(sql)
      db.exec(`PRAGMA user_version = ${version}`)
    }
    await open(file)
    assert.deepEqual(shapeOf(file), wanted, `from version ${version}`)
  }
})

test('a file of the first schema gets its links', async () => {
  await using at = await folder()
  await (await openSqliteStore({ path: at.file, clock: systemClock }))[Symbol.asyncDispose]()
  const db = new DatabaseSync(at.file)
  const arn = `arn:aws:iam::${account}:policy/P`
  const body = JSON.stringify({
    ...role('dev'),
    groups: ['ops', 'dev'],
    attachedPolicies: [arn],
    permissionsBoundary: arn,
  })
  const key = JSON.stringify({ account: '*', owner: account, userName: 'Dev' })
  db.exec(`${withoutCounts} DROP TABLE links; DROP TABLE changes; DROP TABLE outbox;
    CREATE TABLE generation (value INTEGER NOT NULL);
    PRAGMA user_version = 1`)
  const insert = db.prepare(
    "INSERT INTO records (kind, account, key, path, body) VALUES (?, ?, ?, '/', ?)",
  )
  insert.run('user', account, 'dev', body)
  insert.run('accessKey', '*', 'AKIA1', key)
  insert.run('samlProvider', account, 'corp', JSON.stringify({ id: 'SAMLSPA' }))
  db.close()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const ofUser = ['group/ops', 'group/dev', `policy/${arn}`, `boundary/${arn}`, 'id/AROAdev']
  for (const target of ofUser)
    assert.equal(await store.reads.countLinked('user', account, target), 1)
  assert.equal(await store.reads.countLinked('accessKey', '*', `${account}/user/dev`), 1)
  const place = { account, key: 'corp' }
  assert.deepEqual(await store.reads.samlProviderById('SAMLSPA'), place)
})

test('devices of an older file are found by path and name, linked to their users', async () => {
  await using at = await folder()
  await (await openSqliteStore({ path: at.file, clock: systemClock }))[Symbol.asyncDispose]()
  const db = new DatabaseSync(at.file)
  const device = (path: string) =>
    JSON.stringify({ account, path, name: 'Ann', enabled: { userName: 'ann' } })
  const insert = db.prepare(
    'INSERT INTO records (kind, account, key, path, body) VALUES (?, ?, ?, ?, ?)',
  )
  insert.run('mfaDevice', account, 'ann', '/staff/', device('/staff/'))
  insert.run('mfaDevice', '222233334444', 'ann', '/', device('/'))
  insert.run('user', account, 'ann', '/', JSON.stringify({ ...role('ann'), groups: [] }))
  db.exec(`INSERT INTO links VALUES ('mfaDevice', '${account}', '${account}/user/ann', 'ann');
    INSERT INTO links VALUES ('user', '${account}', 'group/ops', 'ann');
    DROP INDEX links_saml_provider; ${withoutCounts}
    PRAGMA user_version = 5`)
  db.close()
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const { reads } = store
  assert.equal((await reads.find('mfaDevice', account, '/staff/ann'))?.path, '/staff/')
  assert.equal((await reads.find('mfaDevice', '222233334444', '/ann'))?.path, '/')
  assert.equal(await reads.find('mfaDevice', account, 'ann'), undefined)
  const linked = await reads.linked('mfaDevice', account, `${account}/user/ann`, { limit: 9 })
  assert.deepEqual(
    linked.map(({ key }) => key),
    ['/staff/ann'],
  )
  assert.equal((await reads.find('user', account, 'ann'))?.path, '/')
  assert.equal(await reads.countLinked('user', account, 'group/ops'), 1)
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
  await writeFile(
    at.file,
    'not a database, and long enough to look like one to whoever reads its header only'.repeat(20),
  )
  await assert.rejects(openSqliteStore({ path: at.file, clock: systemClock }), {
    message: `the store \`${at.file}\` can't be opened: file is not a database`,
  })
  const path = dirname(at.file)
  await assert.rejects(openSqliteStore({ path, clock: systemClock }), {
    message: `the store \`${path}\` can't be opened: unable to open database file`,
  })
})

const quoted = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

test('killed, a process leaves whole transactions, and all that it answered', async () => {
  await using at = await folder()
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module-typescript',
      '-e',
      `
    import { openSqliteStore } from ${quoted('../../../src/store/sqlite/open-store.ts')}
    import { role } from ${quoted('../../conformance/store.ts')}
    const clock = { now: () => new Date() }
    const store = await openSqliteStore({ path: ${JSON.stringify(at.file)}, clock })
    const write = async (writer) => {
      for (let i = 0; ; i++) {
        const key = writer + '-' + i
        await store.transact(async (tx) => {
          await tx.insert('role', '1', key, role('a'))
          await tx.insert('role', '2', key, role('a'))
          await tx.leave(key)
        })
        process.stdout.write(key + '\\n')
      }
    }
    for (let writer = 0; writer < 16; writer++) write(writer)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  )
  let answered = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answered += text
    if (answered.length > 2000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const keys = answered.split('\n').slice(0, -1)
  assert.ok(keys.length > 100)
  await using store = await openSqliteStore({ path: at.file, clock: systemClock })
  const { reads, outbox } = store
  const lines = await outbox.waiting({ until: new Date(8.64e15), after: 0, limit: 1_000_000 })
  const left = new Set(lines.map(({ text }) => text))
  for (const key of keys) {
    assert.ok(left.has(key), `the audit line of ${key} is there`)
    assert.ok(await reads.find('role', '1', key), `${key} is there`)
  }
  for (const account of ['1', '2']) assert.equal(await reads.count('role', account), left.size)
})
