import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { backup, restore } from '../../src/cli/copy-store.ts'
import { storeCopy } from '../../src/cli/store-copy.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { copyStore } from '../../src/store/copy-store.ts'
import { linkTo } from '../../src/store/links.ts'
import type { DurableStore } from '../../src/store/open-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { role } from '../conformance/store.ts'
import { openPostgres } from '../peers/postgres.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { accessTo, openNode } from '../store/postgres/opened.ts'

const account = '111122223333'
const long = `${'k'.repeat(3000)}\0`

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Something of everything that a store holds. */
async function fill(store: DurableStore): Promise<void> {
  await store.transact(async (tx) => {
    for (let n = 0; n < 1200; n++) {
      const one = { ...role(`é"${n}`, n % 2 === 0 ? '/' : '/staff/'), attachedPolicies: ['P'] }
      await tx.insert('role', account, `r${n}`, one)
    }
    await tx.insert('accessKey', '*', 'AKIA1', {
      ...{ account: '*', owner: account, accessKeyId: 'AKIA1', status: 'Active' },
      ...{ sealedSecret: 's', createdAt: '', managedBy: 'api' },
    })
    await tx.insert('account', account, 'account', {
      ...{ account, partition: 'aws', alias: 'demo', createdAt: '', managedBy: 'config' },
    })
    await tx.leave('a line that waits')
  })
  await store.documents.write('ring', '{}', 0)
  const ephemeral = store.ephemeral()
  const soon = new Date(Date.now() + 3_600_000)
  await ephemeral.claim('replay', long, soon)
  await ephemeral.put('browser-session', 's', 'a\0é', soon)
  await ephemeral.put('attempt', 'expired', 'x', new Date(1))
}

async function refuseDifferences(store: DurableStore): Promise<void> {
  const { reads } = store
  assert.equal(await reads.count('role', account), 1200)
  assert.equal(await reads.countLinked('role', account, linkTo.policy('P')), 1200)
  const page = await reads.list('role', account, { limit: 3, pathPrefix: '/staff/' })
  assert.deepEqual(
    page.map(({ key, record }) => [key, record.name]),
    [
      ['r1', 'é"1'],
      ['r1001', 'é"1001'],
      ['r1003', 'é"1003'],
    ],
  )
  assert.equal(await reads.accountByAlias('demo'), account)
  assert.equal((await reads.find('accessKey', '*', 'AKIA1'))?.owner, account)
  assert.equal((await store.documents.read('ring'))?.revision, 1)
  const all = { until: new Date(8.64e15), after: 0, limit: 100 }
  const [line] = await store.outbox.waiting(all)
  assert.equal(line?.text, 'a line that waits')
  const next = await store.transact((tx) => tx.leave('next'))
  assert.ok(next > line.id)
  await store.outbox.delivered([next])
  const ephemeral = store.ephemeral()
  assert.equal(await ephemeral.get('browser-session', 's'), 'a\0é')
}

if (!findProgram('psql')) {
  test('copies of stores', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())
  const clock = systemClock
  const at = (schema: string) => ({
    postgres: { access: accessTo(postgres, { schema }), mayCreate: true },
  })
  const rowsIn = async (schema: string) =>
    (await postgres.query(`SELECT count(*)::int AS n FROM "${schema}".records`))[0]!.n

  test('a store goes to PostgreSQL and back, and every copy has the same hash', async () => {
    await using place = await openFolder()
    const [file, back] = ['g.db', 'back.db'].map((name) => join(place.folder, name)) as [
      string,
      string,
    ]
    await using store = await openSqliteStore({ path: file, clock })
    await fill(store)
    const there = await copyStore({ from: { sqlite: file }, to: at('one'), clock })
    assert.deepEqual(there.rows, {
      ...{ records: 1202, links: 1201, documents: 1, outbox: 1, ephemeral: 2 },
    })
    await using node = await openNode(accessTo(postgres, { schema: 'one' }))
    await refuseDifferences(node)
    assert.equal(
      await node.ephemeral().claim('replay', long, new Date(Date.now() + 1e6)),
      false,
      'what was consumed stays consumed',
    )
    const home = await copyStore({ from: at('one'), to: { sqlite: back }, clock })
    assert.equal(home.hash, there.hash)
    assert.equal((await stat(back)).mode & 0o777, 0o600)
    await using again = await openSqliteStore({ path: back, clock })
    await refuseDifferences(again)
    const third = await copyStore({ from: at('one'), to: at('two'), clock })
    assert.equal(third.hash, there.hash)
  })

  test('a target that holds something is refused, a copy that fails leaves nothing', async () => {
    await using place = await openFolder()
    const [file, other] = ['g.db', 'other.db'].map((name) => join(place.folder, name)) as [
      string,
      string,
    ]
    await using store = await openSqliteStore({ path: file, clock })
    await fill(store)
    const from = { sqlite: file }
    const progress = () => {
      throw new Error('the power went')
    }
    await assert.rejects(copyStore({ from, to: at('three'), clock, progress }), /the power went/)
    assert.equal(await rowsIn('three'), 0)
    await assert.rejects(copyStore({ from, to: { sqlite: other }, clock, progress }), /power/)
    assert.deepEqual((await readdir(place.folder)).sort(), ['g.db', 'g.db-shm', 'g.db-wal'])
    await copyStore({ from, to: at('three'), clock })
    await assert.rejects(
      copyStore({ from, to: at('three'), clock }),
      /the schema `three` of the database holds a store: it has to be empty/,
    )
    await assert.rejects(copyStore({ from, to: { sqlite: file }, clock }), /`.*g.db` exists: move/)
    assert.equal(await rowsIn('three'), 1202)
    await assert.rejects(
      copyStore({ from: at('nowhere'), to: { sqlite: other }, clock }),
      /the schema `nowhere` of the database holds no store/,
    )
  })

  test('by command, stores are named by path, address or settings', async () => {
    await using place = await openFolder()
    const file = join(place.folder, 'g.db')
    await using store = await openSqliteStore({ path: file, clock })
    await fill(store)
    const config = join(place.folder, 'gatehouse.yaml')
    await writeFile(
      config,
      `
publicUrl: https://sso.example.com
store: { postgres: { url: "${postgres.url}", schema: four } }
keys: { rootKey: { file: ${join(place.folder, 'root.key')} } }
audit: { file: ${join(place.folder, 'audit.log')} }
accounts: { ${account}: {} }
`,
    )
    const run = async (command: (output: Parameters<typeof storeCopy>[2]) => Promise<number>) => {
      const [out, err]: [string[], string[]] = [[], []]
      const code = await command({
        out: (line) => void out.push(line),
        err: (line) => void err.push(line),
      })
      return { code, out: out.join('\n'), err: err.join('\n') }
    }
    const copy = (from: string, to: string) => run((to_) => storeCopy({ from, to }, {}, to_))
    const done = await copy(`sqlite:${file}`, `config:${config}`)
    assert.equal(done.code, 0, done.err)
    assert.match(
      done.out,
      /^1202 records, 1201 links, .*\nboth stores hold the same: [0-9a-f]{64}$/,
    )
    const refused = await copy(`sqlite:${file}`, 'mysql://someone:secret@host/db')
    assert.equal(refused.code, 1)
    assert.match(refused.err, /^a store is `sqlite:PATH`, `postgres:/)
    assert.ok(!refused.err.includes('secret'))
    const back = join(place.folder, 'back.db')
    const saved = await run((output) => backup({ config, file: back }, {}, output))
    assert.equal(saved.code, 0, saved.err)
    assert.ok(existsSync(back))
    assert.equal((await run((output) => restore({ config, file: back }, {}, output))).code, 1)
    await postgres.query('DROP SCHEMA four CASCADE')
    const restored = await run((output) => restore({ config, file: back }, {}, output))
    assert.equal(restored.code, 0, restored.err)
    assert.equal(await rowsIn('four'), 1202)
  })
}
