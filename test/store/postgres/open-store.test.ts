import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { migrations } from '../../../src/store/postgres/migrations.ts'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { personKeysConformance } from '../../conformance/person-keys.ts'
import { role, storeConformance } from '../../conformance/store.ts'
import { openPostgres, postgresPassword } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, openEmpty, openNode, openTwoNodes } from './opened.ts'

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
    await (await openNode(access, { steps: next }))[Symbol.asyncDispose]()
    await assert.rejects(openNode(access), {
      message:
        `the store has schema version ${worksFrom}, this Gatehouse knows ${migrations.length}: ` +
        'start the newer one again',
    })
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
