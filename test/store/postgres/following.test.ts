import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { rememberingStore } from '../../../src/store/remembering.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { role } from '../../conformance/store.ts'
import { openPostgres } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, hasPolled, openNode, openTwoNodes, until } from './opened.ts'

const account = '111122223333'

if (!findProgram('psql')) {
  test('nodes that follow each other', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  /** A transaction of somebody who tells nobody. */
  async function openQuiet(schema: string) {
    const client = new Client({ connectionString: postgres.url, ssl: false })
    await client.connect()
    await client.query(`SET search_path = "${schema}"; BEGIN`)
    return {
      change: (name: string) =>
        client.query('INSERT INTO changes (keys) VALUES ($1)', [JSON.stringify([name])]),
      commit: () => client.query('COMMIT'),
      [Symbol.asyncDispose]: () => client.end(),
    }
  }

  test('a commit is told although nobody notified, and a later one was seen before', async () => {
    const access = accessTo(postgres)
    await using opened = await openTwoNodes(postgres, access)
    const { store, beside } = opened
    await using quiet = await openQuiet(access.schema)
    await hasPolled(beside)
    let { position } = beside.changes()
    const told = () => {
      const { keys, position: next } = beside.changes(position)
      position = next
      return keys
    }
    await quiet.change('role/1/late')
    await store.transact((tx) => tx.insert('role', account, 'early', role('early')))
    await hasPolled(beside)
    assert.deepEqual(told(), [`role/${account}/early`])
    for (let n = 0; n < 3; n++) await hasPolled(beside)
    assert.deepEqual(told(), [], 'what was seen is not told again while another is open')
    await quiet.commit()
    await hasPolled(beside)
    assert.deepEqual(told(), ['role/1/late'])
    for (let n = 0; n < 3; n++) await hasPolled(beside)
    assert.deepEqual(told(), [])
  })

  test('a transaction that somebody leaves open is told, until it is over', async () => {
    const access = accessTo(postgres)
    await using store = await openNode(access)
    const holds = () => store.figures().heldMs > 0
    await hasPolled(store)
    await until(() => !holds())
    await using quiet = await openQuiet(access.schema)
    await hasPolled(store)
    assert.equal(holds(), false, 'who has written nothing holds nobody up')
    await quiet.change('role/1/held')
    await until(holds)
    const { heldMs } = store.figures()
    // Others come and go meanwhile.
    await store.transact((tx) => tx.insert('role', account, 'other', role('other')))
    await hasPolled(store)
    assert.ok(store.figures().heldMs > heldMs)
    await quiet.commit()
    await until(() => !holds())
  })

  test('a node whose following connection breaks forgets all, and follows again', async () => {
    const access = accessTo(postgres)
    await using opened = await openTwoNodes(postgres, access)
    const { store, beside } = opened
    const cached = rememberingStore(beside, { monotonicMs: () => performance.now() })
    const find = () => cached.reads.find('role', account, 'dev')
    await store.transact((tx) => tx.insert('role', account, 'dev', role('dev')))
    await until(async () => (await find())?.name === 'dev')
    const { position } = beside.changes()
    await postgres.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%horizon%'
       AND pid <> pg_backend_pid()`,
    )
    await until(() => beside.changes(position).keys === 'all')
    await store.transact((tx) => tx.update('role', account, 'dev', role('DEV')))
    await until(async () => (await find())?.name === 'DEV')
  })

  test('a node that stood still asks before it trusts its memory', async (t) => {
    await using opened = await openTwoNodes(postgres, accessTo(postgres))
    const { store, beside } = opened
    const trusts = () => {
      try {
        beside.changes()
        return true
      } catch (error) {
        assert.ok(error instanceof StoreFault)
        return false
      }
    }
    await hasPolled(beside)
    const now = Date.now()
    // A machine that slept wakes to another time of day.
    t.mock.timers.enable({ apis: ['Date'], now: now + 600_000 })
    assert.throws(() => beside.changes(), /what other nodes did in the last 60\d s is not known/)
    // A call that comes now waits for the answer, instead of being refused.
    const waits = beside.caughtUp!()
    assert.equal(beside.caughtUp!(), waits, 'one question for all that wait')
    await waits
    assert.ok(trusts())
    assert.equal(beside.caughtUp!(), undefined)
    t.mock.timers.setTime(now - 600_000)
    assert.ok(trusts())
    const { position } = beside.changes()
    await store.transact((tx) => tx.insert('role', account, 'dev', role('dev')))
    await until(() => beside.changes(position).keys.includes(`role/${account}/dev`))
  })

  test('a cold principal of ten groups with ten policies costs three round trips', async () => {
    const { createPolicyReader } = await import('../../../src/sessions/principal-policies.ts')
    const access = accessTo(postgres)
    const arn = (n: number) => `arn:aws:iam::${account}:policy/P${n}`
    const base = { account, createdAt: '', managedBy: 'api', path: '/' } as const
    const entity = { ...base, inlinePolicies: {}, tags: [] }
    await using node = await openNode(access)
    await node.transact(async (tx) => {
      for (let n = 0; n < 100; n++)
        await tx.insert('policy', account, `p${n}`, {
          ...{ ...base, id: `ANPA${n}`, name: `P${n}`, arn: arn(n), tags: [] },
          defaultVersion: 'v1',
          versions: [{ id: 'v1', createdAt: '', document: '{"Version":"2012-10-17"}' }],
        })
      for (let g = 0; g < 10; g++)
        await tx.insert('group', account, `g${g}`, {
          ...{ ...entity, id: `AGPA${g}`, name: `g${g}` },
          attachedPolicies: Array.from({ length: 10 }, (_, n) => arn(10 * g + n)),
        })
      await tx.insert('user', account, 'dora', {
        ...{ ...entity, id: 'AIDA', name: 'dora', attachedPolicies: [arn(1)] },
        groups: Array.from({ length: 10 }, (_, g) => `g${g}`),
      })
    })
    const store = rememberingStore(node)
    const before = node.figures().asked
    const user = (await store.reads.find('user', account, 'dora'))!
    const { identity } = await createPolicyReader(store).ofUser(user)
    assert.equal(identity.length, 101)
    assert.equal(node.figures().asked - before, 3)
  })
}
