import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { storeAt } from '../../src/wiring/store-at.ts'

const rest = `
publicUrl: https://sso.example.com
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { 111122223333: {} }
`
function read(store: string) {
  return readSettings(`${rest}\nstore: ${store}`, 'g.yaml', { PG: 'from the environment' })
}
async function at(postgres: string) {
  const settings = read(`{ postgres: { ${postgres} } }`)
  assert.ok(settings.ok, JSON.stringify(settings))
  const env = { PGPW: 'of a variable' }
  const found = await storeAt(settings.settings.store, env, { mayCreate: true })
  assert.ok('postgres' in found)
  return found.postgres
}

test('servers are those of the address and of the list, with the port of PostgreSQL', async () => {
  const { access } = await at(
    'url: "postgres://gate%40house@db1.example.com/ga%20te", hosts: [db2:5433, "[::1]"]',
  )
  assert.deepEqual(access.servers, [
    { host: 'db1.example.com', port: 5432 },
    { host: 'db2', port: 5433 },
    { host: '::1', port: 5432 },
  ])
  assert.deepEqual([access.user, access.database], ['gate@house', 'ga te'])
  const socket = await at('url: "postgres://g@%2Frun%2Fpostgresql:5434/gatehouse"')
  assert.deepEqual(socket.access.servers, [{ host: '/run/postgresql', port: 5434 }])
})

test('a connection is encrypted unless it stays here, or the settings say so', async () => {
  const tls = async (more: string) => (await at(more)).access.tls
  const bySystem = { ca: undefined, cert: undefined, key: undefined }
  assert.deepEqual(await tls('url: postgres://g@db/g'), bySystem)
  assert.deepEqual(await tls('url: postgres://g@127.0.0.1/g, hosts: [db]'), bySystem)
  assert.equal(await tls('url: postgres://g@127.0.0.1/g, hosts: [localhost]'), undefined)
  assert.deepEqual(await tls('url: postgres://g@localhost/g, tls: verify'), bySystem)
  assert.equal(await tls('url: postgres://g@db/g, tls: off'), undefined)
  await assert.rejects(tls('url: postgres://g@db/g, caFile: /nowhere/ca.pem'), {
    message: "`store.postgres.caFile` `/nowhere/ca.pem` can't be read: ENOENT",
  })
})

test('a password is of the address, a reference, a file, a variable or a command', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-at-'))
  await using _end = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
  const file = join(folder, 'password')
  await writeFile(file, 'of a file\n')
  const password = async (given: string, url = 'postgres://g@db/g') =>
    (await at(`url: "${url}"${given && `, password: ${given}`}`)).access.password
  assert.equal(await password(''), undefined)
  assert.equal(await (await password('', 'postgres://g:a%3Ab@db/g'))!(), 'a:b')
  assert.equal(await (await password('"${env:PG}"'))!(), 'from the environment')
  assert.equal(await (await password('{ env: PGPW }'))!(), 'of a variable')
  await assert.rejects((await password('{ env: OTHER }'))!(), /variable `OTHER` holds nothing/)
  const ofFile = (await password(`{ file: ${file} }`))!
  assert.equal(await ofFile(), 'of a file')
  await writeFile(file, 'another')
  assert.equal(await ofFile(), 'another', 'it is read at each connection')
  const ofCommand = (await password(`{ command: [sh, -c, "echo x >> ${file}; echo printed"] }`))!
  assert.deepEqual(await Promise.all([ofCommand(), ofCommand()]), ['printed', 'printed'])
  await assert.rejects((await password('{ command: [sh, -c, "echo secret; exit 3"] }'))!(), {
    message: 'command `sh` failed (3): run it by hand to see why',
  })
})

test('settings name one store, and an address without parameters', () => {
  const problem = (store: string) => {
    const settings = read(store)
    return settings.ok ? '' : settings.problems.map(({ message }) => message).join()
  }
  const one = /expected `sqlite` or `postgres`, one of them/
  assert.match(problem('{}'), one)
  assert.match(problem('{ sqlite: g.db, postgres: { url: "postgres://g@db/g" } }'), one)
  for (const url of [
    'mysql://g@db/g',
    'postgres://db/g',
    'postgres://g@db',
    'postgres://g@db/g?sslmode=disable',
    'postgres://g@db1,db2:5432/g',
  ])
    assert.match(problem(`{ postgres: { url: "${url}" } }`), /expected `postgres:/, url)
  assert.match(
    problem('{ postgres: { url: "postgres://g@db/g", tls: off, caFile: ca.pem } }'),
    /of no use with `tls: off`/,
  )
  assert.match(
    problem('{ postgres: { url: "postgres://g@db/g", keyFile: gate.key } }'),
    /`certificateFile` needs `keyFile`/,
  )
})
