import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ephemeralConformance, movableClock } from '../../conformance/ephemeral.ts'
import { storeConformance } from '../../conformance/store.ts'
import { openPostgres } from '../../peers/postgres.ts'
import { findProgram, requirePeer } from '../../peers/require.ts'
import { accessTo, openEmpty, openNode, openTwoNodes } from './opened.ts'

if (!findProgram('psql')) {
  test('postgres', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  const shared = accessTo(postgres)
  storeConformance('postgres', () => openTwoNodes(postgres, shared))

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
    const said = await refused({ password: async () => 'not-the-password' })
    assert.match(said, /^no PostgreSQL server can be used: 127\.0\.0\.1:\d+: password auth/)
    assert.ok(!said.includes('not-the-password'))
    assert.match(await refused({ database: 'nowhere' }), /database "nowhere" does not exist/)
    const none = [{ host: '127.0.0.1', port: 1 }]
    assert.match(await refused({ servers: none }), /127\.0\.0\.1:1: connect ECONNREFUSED/)
    await postgres.query("CREATE DATABASE latin ENCODING latin1 LOCALE 'C' TEMPLATE template0")
    assert.match(await refused({ database: 'latin' }), /has the encoding LATIN1: create one/)
    await postgres.query('DROP DATABASE latin')
  })
}
