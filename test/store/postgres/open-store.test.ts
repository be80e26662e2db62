import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { migrations } from '../../../src/store/postgres/migrations.ts'
import { StoreFault } from '../../../src/store/store-fault.ts'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { personKeysConformance } from '../../conformance/person-keys.ts'
import { role, storeConformance } from '../../conformance/store.ts'
import { openPostgres, postgresPassword } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, openEmpty, openNode, openTwoNodes, until } from './opened.ts'

const account = '111122223333'

if (!findProgram('psql')) {
  test('postgres', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  const shared = accessTo(postgres)
  storeConformance('postgres', () => openTwoNodes(postgres, shared))
  personKeysConformance('postgres', () => openTwoNodes(postgres, shared))

  ephemeralConformance('postgres', async () => {
    const clock = movableClock()
    const store = await openEmpty(postgres, shared, { clock })
    return {
      ephemeral: store.ephemeral(),
      store,
      clock,
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }
  })

  /** Tables, indexes, functions and triggers, as the server describes them. */
  async function shapeOf(schema: string): Promise<readonly string[]> {
    const rows = await postgres.query(`SELECT text FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable,
          column_default) AS text FROM information_schema.columns WHERE table_schema = '${schema}'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}'
        UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
          WHERE pronamespace = '"${schema}"'::regnamespace
        UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c
          ON c.oid = t.tgrelid WHERE c.relnamespace = '"${schema}"'::regnamespace
      ) AS parts ORDER BY text`)
    return rows.map(({ text }) => String(text).replaceAll(schema, 'SCHEMA'))
  }

  test('without its store a database is refused, and nothing is made in it', async () => {
    const access = accessTo(postgres)
    await assert.rejects(openNode(access, { mayCreate: false }), {
      message:
        `the schema \`${access.schema}\` of the database holds no store: correct ` +
        '`store.postgres`, or let `gatehouse serve` make it, with `--new-store` where there is a ' +
        'root key already',
    })
    const schemas = `SELECT 1 FROM pg_namespace WHERE nspname = '${access.schema}'`
    assert.deepEqual(await postgres.query(schemas), [])
    await (await openNode(access))[Symbol.asyncDispose]()
    await (await openNode(access, { mayCreate: false }))[Symbol.asyncDispose]()
  })

  test('a wrong password, database or server ends the start with a sentence', async () => {
    const refused = (more: Parameters<typeof accessTo>[1]) =>
      openNode(accessTo(postgres, more)).then(
        () => 'it opened',
        (error: Error) => error.message,
      )
    const servers = [{ host: '127.0.0.1', port: postgres.port }]
    await (await openNode(accessTo(postgres, { servers, password: async () => postgresPassword })))[
      Symbol.asyncDispose
    ]()
    const said = await refused({ servers, password: async () => 'not-the-password' })
    assert.match(said, /^no PostgreSQL server can be used: 127\.0\.0\.1:\d+: password auth/)
    assert.ok(!said.includes('not-the-password'))
    assert.match(await refused({ database: 'nowhere' }), /database "nowhere" does not exist/)
    const none = [{ host: '127.0.0.1', port: 1 }]
    assert.match(await refused({ servers: none }), /127\.0\.0\.1:1: connect ECONNREFUSED/)
    await postgres.query("CREATE DATABASE latin ENCODING latin1 LOCALE 'C' TEMPLATE template0")
    assert.match(await refused({ database: 'latin' }), /has the encoding LATIN1: create one/)
    await postgres.query('DROP DATABASE latin')
  })

  test('many nodes that begin on an empty database at once make one store', async () => {
    const access = accessTo(postgres)
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openNode(access)))
    await nodes[0]!.transact((tx) => tx.insert('role', account, 'dev', role('dev')))
    assert.equal((await nodes[3]!.reads.find('role', account, 'dev'))?.name, 'dev')
    for (const node of nodes) await node[Symbol.asyncDispose]()
  })

  test('a new version migrates beside an old one, which goes on and may start again', async () => {
    const access = accessTo(postgres)
    const sql = 'ALTER TABLE records ADD COLUMN note text COLLATE "C" NOT NULL DEFAULT \'\''
    const next = [...migrations, { sql, worksFrom: 1 }]
    await using before = await openNode(access)
    await before.transact((tx) => tx.insert('role', account, 'a', role('a')))
    await using upgraded = await openNode(access, { steps: next })
    for (const [at, node] of [before, upgraded, await openNode(access)].entries()) {
      await node.transact(async (tx) => {
        await tx.update('role', account, 'a', role(`a${at}`))
        await tx.insert('role', account, `b${at}`, role('b'))
      })
      if (at === 2) await node[Symbol.asyncDispose]()
    }
    assert.equal((await upgraded.reads.find('role', account, 'a'))?.name, 'a2')
    assert.equal(await upgraded.reads.count('role', account), 4)
  })

  test('a version that the schema left behind is refused, a failed step undone', async () => {
    const access = accessTo(postgres)
    const worksFrom = migrations.length + 1
    const broken = [...migrations, { sql: 'CREATE TABLE more (a int); SELECT 1/0', worksFrom }]
    await (await openNode(access))[Symbol.asyncDispose]()
    await assert.rejects(openNode(access, { steps: broken }), /division by zero/)
    await (await openNode(access))[Symbol.asyncDispose]()
    const next = [...migrations, { sql: 'CREATE TABLE more (a int)', worksFrom }]
    const logged: string[] = []
    await using left = await openNode(access, { log: (event) => void logged.push(event) })
    await (await openNode(access, { steps: next }))[Symbol.asyncDispose]()
    const write = () => left.transact((tx) => tx.insert('role', account, 'a', role('a')))
    await assert.rejects(write(), /a newer Gatehouse has changed the store: it works from schema/)
    await until(() => logged.includes('store-too-new'))
    assert.throws(() => left.changes(), StoreFault)
    await assert.rejects(left.probe(), /start the newer one here too/)
    await assert.rejects(openNode(access), {
      message:
        `the store has schema version ${worksFrom}, this Gatehouse knows ${migrations.length}: ` +
        'start the newer one again',
    })
  })

  test('every version of the schema becomes the same as a new one', async () => {
    const fresh = accessTo(postgres)
    await (await openNode(fresh))[Symbol.asyncDispose]()
    const wanted = await shapeOf(fresh.schema)
    for (let version = 1; version < migrations.length; version++) {
      const access = accessTo(postgres)
      const before = await openNode(access, { steps: migrations.slice(0, version) })
      await before.transact((tx) => tx.insert('role', account, 'a', role('a')))
      await using now = await openNode(access)
      assert.deepEqual(await shapeOf(access.schema), wanted, `from version ${version}`)
      for (const [at, node] of [before, now].entries())
        await node.transact((tx) => tx.update('role', account, 'a', role(`a${at}`)))
      assert.equal((await before.reads.find('role', account, 'a'))?.name, 'a1')
      await before[Symbol.asyncDispose]()
    }
  })

  test('tags are found whoever wrote them, also a node that knows of no index', async () => {
    const access = accessTo(postgres)
    const table = (name: string) => `"${access.schema}".${name}`
    await using store = await openNode(access)
    const found = async (key: string) => {
      const search = { order: 'name', descending: false, limit: 9, tag: { key } } as const
      return (await store.reads.search('role', account, search)).found.map((one) => one.key)
    }
    const tagged = (...keys: string[]) => ({
      ...role('a'),
      tags: keys.map((Key) => ({ Key, Value: 'a=b' })),
    })
    await store.transact((tx) => tx.insert('role', account, 'a', tagged('team', 'cost')))
    // As nodes of the first schema update a record: links that they do not know go.
    const update = (body: object) =>
      postgres.query(`WITH changed AS (
          UPDATE ${table('records')} SET body = '${JSON.stringify(body)}'
          WHERE kind = 'role' AND account = '${account}' AND key = 'a' RETURNING 1
        ), unlinked AS (
          DELETE FROM ${table('links')} WHERE kind = 'role' AND account = '${account}'
            AND key = 'a' AND EXISTS (SELECT 1 FROM changed)
        ) SELECT 1 FROM changed`)
    await update(tagged('team', 'stage'))
    for (const [key, names] of Object.entries({ team: ['a'], stage: ['a'], cost: [] }))
      assert.deepEqual(await found(key), names, key)
    await update(tagged())
    assert.deepEqual(await found('team'), [])
    await store.transact((tx) => tx.update('role', account, 'a', tagged('cost')))
    assert.deepEqual(await found('cost'), ['a'])
    const links = await postgres.query(`SELECT target FROM ${table('links')} ORDER BY target`)
    assert.deepEqual(
      links.map(({ target }) => target),
      ['tag/cost', 'tag/cost\na=b'],
    )
  })

  test('a schema without the index of searches gets it', async () => {
    const access = accessTo(postgres)
    await (await openNode(access, { steps: migrations.slice(0, 1) }))[Symbol.asyncDispose]()
    const tags = [{ Key: 'team', Value: 'a=b' }]
    const body = JSON.stringify({ ...role('a'), tags })
    await postgres.query(
      `INSERT INTO "${access.schema}".records (kind, account, key, path, body)
       VALUES ('role', '${account}', 'a', '/x/', '${body}'),
         ('role', '${account}', 'b', '/', 'damaged')`,
    )
    await using store = await openNode(access)
    const found = async (more: object = {}) => {
      const search = { order: 'created', descending: false, limit: 9, ...more } as const
      return (await store.reads.search('role', account, search)).found.map(({ key }) => key)
    }
    assert.deepEqual(await found(), ['b', 'a'])
    assert.deepEqual(await found({ tag: { key: 'team', value: 'a=b' } }), ['a'])
    assert.deepEqual(await found({ pathPrefix: '/x/' }), ['a'])
  })
}
