import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { locksOf } from '../../../src/store/postgres/locks.ts'
import type { PostgresOptions, PostgresStore } from '../../../src/store/postgres/open-store.ts'
import type { ServerAccess } from '../../../src/store/postgres/server.ts'
import { rememberingStore } from '../../../src/store/remembering.ts'
import type { Store } from '../../../src/store/store.ts'
import { StoreFault, type StoreFaultCode } from '../../../src/store/store-fault.ts'
import { role } from '../../conformance/store.ts'
import { runProgram } from '../../peers/child.ts'
import { openPostgres, type Postgres } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, openNode, until } from './opened.ts'

const account = '111122223333'
const create = (store: Pick<Store, 'transact'>, name: string, of = account) =>
  store.transact((tx) => tx.insert('role', of, name, role(name)), [of])
const isFault = (error: unknown) => error instanceof StoreFault
const faultOf = (code: StoreFaultCode) => (error: unknown) =>
  error instanceof StoreFault && error.code === code

/** Writers that go on whatever happens; a fault is all that they may be told. */
function startWriting(store: PostgresStore, label: string) {
  const acknowledged: string[] = []
  const others: unknown[] = []
  let [isOver, faults, tries] = [false, 0, 0]
  const writers = Array.from({ length: 8 }, async (_, at) => {
    for (let n = 0; !isOver; n++) {
      const name = `${label}-${at}-${n}`
      tries++
      try {
        await create(store, name, `${100_000_000_000 + (at % 3)}`)
        acknowledged.push(name)
      } catch (error) {
        if (isFault(error)) faults++
        else others.push(error)
        await new Promise<void>((resolve) => setTimeout(resolve, 2))
      }
    }
  })
  return {
    acknowledged,
    faults: () => faults,
    tries: () => tries,
    async end() {
      isOver = true
      await Promise.all(writers)
      assert.deepEqual(others, [], 'nobody was told anything else')
    },
  }
}

async function refuseLosses(reads: Store['reads'], acknowledged: readonly string[]) {
  const there = new Set<string>()
  for (const one of await reads.accounts())
    for (const { key } of await reads.list('role', one, { limit: 100_000 })) there.add(key)
  assert.deepEqual(
    acknowledged.filter((name) => !there.has(name)),
    [],
    'what was acknowledged is there',
  )
}

const hasty = { connectTimeoutMs: 1000, statementTimeoutMs: 3000, lockTimeoutMs: 1000 }

if (!findProgram('psql')) {
  test('PostgreSQL in trouble', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  async function openHasty(
    more: Partial<PostgresOptions> = {},
    access: Partial<ServerAccess> = {},
  ) {
    const logged: string[] = []
    const log = (event: string) => void logged.push(event)
    const at = accessTo(postgres, { ...hasty, ...access })
    const node = await openNode(at, { log, ...more })
    return { node, logged, access: at, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() }
  }
  async function aside(run: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: postgres.url, ssl: false })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await run(client)
    } finally {
      await client.end()
    }
  }

  test('killed under load: memory answers, all else is refused, nothing is lost', async () => {
    await using at = await openHasty()
    const { node, logged } = at
    await create(node, 'known')
    // After the write: what is told of it later would have it forgotten.
    const cached = rememberingStore(node)
    await cached.reads.find('role', account, 'known')
    const writing = startWriting(node, 'killed')
    await until(() => writing.acknowledged.length > 20)
    await postgres.kill()
    await until(() => node.figures().isAway)
    assert.equal((await cached.reads.find('role', account, 'known'))?.name, 'known')
    await assert.rejects(cached.reads.find('role', account, 'unknown'), isFault)
    await node.probe()
    assert.match(node.remark!()!, /^away for \d+ s .* what is in memory counts for 30 s$/)
    const [{ asked }, tries] = [node.figures(), writing.tries()]
    await until(() => writing.tries() > tries + 50)
    assert.equal(node.figures().asked, asked, 'nobody asks a server that is away')
    await postgres.start()
    const before = writing.acknowledged.length
    await until(() => writing.acknowledged.length > before + 20)
    await writing.end()
    await node.probe()
    await refuseLosses(node.reads, writing.acknowledged)
    for (const event of ['postgres-lost', 'postgres-found']) assert.ok(logged.includes(event))
  })

  test('standing still: every call ends, and memory is trusted for the stated time', async () => {
    await using at = await openHasty({ trustedMs: 6000 })
    const { node, logged } = at
    await create(node, 'known')
    const cached = rememberingStore(node)
    await cached.reads.find('role', account, 'known')
    await postgres.freeze()
    try {
      const calls = [create(node, 'a'), create(node, 'b'), node.reads.find('role', account, 'c')]
      for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected')
      await until(() => node.figures().isAway)
      await assert.rejects(create(node, 'd'), isFault)
      await until(() => node.figures().behindMs > 6000)
      assert.throws(
        () => node.changes(),
        /what other nodes did in the last \d+ s is not known here/,
      )
      await assert.rejects(node.probe(), isFault)
      await assert.rejects(async () => cached.reads.find('role', account, 'known'), isFault)
    } finally {
      postgres.thaw()
    }
    await until(() => !node.figures().isAway && node.figures().behindMs < 3000)
    await create(node, 'after')
    assert.equal((await cached.reads.find('role', account, 'known'))?.name, 'known')
    assert.ok(logged.includes('store-cut-off') && logged.includes('store-up-to-date'))
  })

  test('read-only: reads go on, writes are refused, and the node is not ready', async () => {
    await using at = await openHasty()
    const { node } = at
    await create(node, 'known')
    const set = (sql: string) =>
      aside(async (client) => {
        await client.query('SET default_transaction_read_only = off')
        await client.query(sql)
        await client.query('SELECT pg_reload_conf()')
      })
    await set('ALTER SYSTEM SET default_transaction_read_only = on')
    await until(() => create(node, `r${performance.now()}`).then(() => false, isFault))
    assert.equal((await node.reads.find('role', account, 'known'))?.name, 'known')
    await assert.rejects(node.probe(), isFault)
    await set('ALTER SYSTEM RESET default_transaction_read_only')
    await until(() => create(node, `w${performance.now()}`).catch(() => false))
  })

  test('out of connections: those that are open go on, others are refused', async () => {
    await postgres.query('CREATE ROLE crowd LOGIN; GRANT CREATE ON DATABASE gatehouse TO crowd')
    await using at = await openHasty({ connections: 20 }, { user: 'crowd' })
    const { node } = at
    await create(node, 'known')
    await postgres.query('ALTER ROLE crowd CONNECTION LIMIT 1')
    const ends = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => node.reads.count('role', `${n}`)),
    )
    const refused = ends.filter(({ status }) => status === 'rejected')
    assert.ok(refused.length > 0)
    for (const one of refused)
      assert.ok(one.status === 'rejected' && faultOf('busy')(one.reason), String(one))
    assert.equal(node.figures().isAway, false)
    await create(node, 'still')
    await postgres.query('ALTER ROLE crowd CONNECTION LIMIT -1')
  })

  test('disk full: writes are refused until there is room, reads go on', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-small-'))
    await using end = new AsyncDisposableStack()
    end.defer(() => rm(folder, { recursive: true, force: true }))
    try {
      await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=777', 'tmpfs', folder])
    } catch {
      t.skip('a disk that is soon full is mounted: needs root, with the right to mount')
      return
    }
    end.defer(async () => void (await runProgram('umount', ['-l', folder])))
    const { uid, gid } = await stat(postgres.socket)
    const [place, filler] = [join(folder, 'tables'), join(folder, 'filler')]
    await mkdir(place)
    await chown(place, uid, gid)
    await postgres.query(`CREATE TABLESPACE small LOCATION '${place}'`)
    await postgres.query('ALTER ROLE gate SET default_tablespace = small')
    const access = accessTo(postgres)
    end.defer(async () => {
      await postgres.query(`DROP SCHEMA "${access.schema}" CASCADE`)
      await postgres.query('DROP TABLESPACE small')
    })
    await using at = await openHasty({}, access)
    const { node } = at
    await postgres.query('ALTER ROLE gate RESET default_tablespace')
    await create(node, 'known')
    const fill = writeFile(filler, Buffer.alloc(16 << 20)).catch(({ code }) => code)
    assert.equal(await fill, 'ENOSPC')
    const big = { ...role('big'), trustPolicy: randomBytes(200_000).toString('base64') }
    const write = (n: number) =>
      node.transact((tx) => tx.insert('role', account, `big${n}`, big), [account])
    await assert.rejects(write(1), faultOf('full'))
    assert.equal((await node.reads.find('role', account, 'known'))?.name, 'known')
    await assert.rejects(node.probe(), faultOf('full'))
    await rm(filler)
    assert.equal(await write(2), true)
  })

  test('who holds the lock of an account delays its writers only, and not for long', async () => {
    await using at = await openHasty()
    const { node, access } = at
    await create(node, 'known')
    await aside(async (client) => {
      await client.query(`BEGIN; ${locksOf(access.schema).accounts([account])}`)
      const waits = create(node, 'waits')
      await create(node, 'goes-on', '999999999999')
      await assert.rejects(waits, faultOf('busy'))
      await client.query('COMMIT')
    })
    await create(node, 'waits')
  })

  test('beyond the queue calls are refused at once', async () => {
    await using at = await openHasty({ connections: 2, mostWaiting: 5 })
    const { node, access } = at
    await create(node, 'known')
    await aside(async (client) => {
      await client.query(`BEGIN; LOCK TABLE "${access.schema}".records IN ACCESS EXCLUSIVE MODE`)
      const reads = Array.from({ length: 20 }, (_, n) => node.reads.count('role', `${n}`))
      const lists = Array.from({ length: 20 }, () => node.reads.list('role', account, { limit: 1 }))
      const ends = await Promise.allSettled([...lists, ...reads])
      const refused = ends.filter(
        (one) => one.status === 'rejected' && /5 calls wait/.test(String(one.reason)),
      )
      assert.ok(refused.length >= 30, `${refused.length} were refused`)
      await client.query('COMMIT')
    })
    await create(node, 'after')
  })

  test('failed over under load: the promoted server is found, and has all', async () => {
    const one = await openPostgres()
    await using end = new AsyncDisposableStack()
    end.use(one)
    const two = end.use(await one.standby())
    await one.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
    await one.query('SELECT pg_reload_conf()')
    const at = (server: Postgres) => ({ host: '127.0.0.1', port: server.port })
    const node = await openNode(
      accessTo(one, {
        ...{ ...hasty, statementTimeoutMs: 20_000, lockTimeoutMs: 20_000 },
        servers: [at(two), at(one)],
        password: async () => 'kept-out-of-every-log',
      }),
    )
    end.use(node)
    const writing = startWriting(node, 'over')
    await until(() => writing.acknowledged.length > 20)
    await one.kill()
    await two.promote()
    const before = writing.acknowledged.length
    await until(() => writing.acknowledged.length > before + 20)
    await writing.end()
    assert.ok(writing.faults() > 0)
    await refuseLosses(node.reads, writing.acknowledged)
  })
}
