import assert from 'node:assert/strict'
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openPostgresStore } from '../../src/store/postgres/open-store.ts'
import { storeAt } from '../../src/wiring/store-at.ts'
import { openPostgres, type Postgres, postgresPassword } from '../peers/postgres.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { issueCertificate, makeCertificates, type TestCertificates } from '../peers/tls.ts'

// A real server, reached as the settings say.
if (!findProgram('psql')) {
  test('PostgreSQL as the settings name it', (t) => void requirePeer(t, 'postgres'))
} else {
  const end = new AsyncDisposableStack()
  const postgres = end.use(await openPostgres())
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pg-tls-'))
  end.defer(() => rm(folder, { recursive: true, force: true }))
  after(() => end.disposeAsync())

  /** Opens the store as a node would, and answers why it can't, or '' and what the server says. */
  async function open(more: string, { host = '127.0.0.1', user = 'gate', env = {} } = {}) {
    const url = `postgres://${user}@${host}:${postgres.port}/gatehouse`
    const read = readSettings(
      `
publicUrl: https://sso.example.com
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { "111122223333": {} }
store: { postgres: { url: "${url}", schema: of_settings, connectTimeout: 20s, ${more} } }`,
      'g.yaml',
      env,
    )
    assert.ok(read.ok, JSON.stringify(read))
    const at = await storeAt(read.settings.store, env, { mayCreate: true })
    assert.ok('postgres' in at)
    try {
      const store = await openPostgresStore({ ...at.postgres, clock: systemClock })
      const [how] = await postgres.query(
        `SELECT bool_and(s.ssl) AS encrypted, min(a.usename) AS user FROM pg_stat_ssl s
         JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'gatehouse'`,
      )
      await store[Symbol.asyncDispose]()
      return { refused: '', ...how }
    } catch (error) {
      return { refused: (error as Error).message }
    }
  }

  describe('passwords', () => {
    const secret = join(folder, 'password')
    const sources = {
      file: `password: { file: ${secret} }`,
      environment: 'password: { env: PGPW }',
      command: `password: { command: [cat, ${secret}] }`,
    }
    for (const [from, setting] of Object.entries(sources))
      test(`the one of the ${from} is what the server is told, a wrong one is not`, async () => {
        await writeFile(secret, `${postgresPassword}\n`)
        const right = await open(setting, { env: { PGPW: postgresPassword } })
        assert.equal(right.refused, '')
        await writeFile(secret, 'wrong-and-secret')
        const { refused } = await open(setting, { env: { PGPW: 'wrong-and-secret' } })
        assert.match(refused, /127\.0\.0\.1:\d+: password authentication failed for user "gate"/)
        assert.doesNotMatch(refused, /wrong-and-secret/)
      })

    test('one that can not be had ends the start, and names where it should be', async () => {
      const { refused } = await open('password: { env: PGPW }')
      assert.match(refused, /variable `PGPW` holds nothing/)
      const failed = await open('password: { command: ["false"] }')
      assert.match(failed.refused, /command `false` failed \(1\)/)
    })
  })

  describe('TLS', () => {
    const password = `password: { command: [echo, ${postgresPassword}] }`
    let right: TestCertificates
    before(async () => {
      right = await makeCertificates(folder, ['IP:127.0.0.1'])
      await serveWith(right)
    })

    /** Starts the server again, with this certificate; those of the same authority may come in. */
    async function serveWith({ certFile, keyFile, caFile }: TestCertificates): Promise<void> {
      await serveTls(postgres, { certFile, keyFile, caFile })
    }
    const trusting = ({ caFile }: TestCertificates) => `tls: verify, caFile: ${caFile}, ${password}`

    test('a certificate of the authority is taken, and all connections are encrypted', async () => {
      const { refused, ...how } = await open(trusting(right))
      assert.deepEqual([refused, how], ['', { encrypted: true, user: 'gate' }])
    })

    test('one of another authority, and one that nobody vouches for, are refused', async () => {
      const other = join(folder, 'ca-of-others.pem')
      const others = await mkdtemp(join(folder, 'others-'))
      await writeFile(other, await readFile((await makeCertificates(others, ['DNS:x'])).caFile))
      const { refused } = await open(`tls: verify, caFile: ${other}, ${password}`)
      assert.match(refused, /127\.0\.0\.1:\d+: .*(?:unable to verify|self.signed)/)
      const { refused: bySystem } = await open(`tls: verify, ${password}`)
      assert.match(bySystem, /unable to verify|unable to get|self.signed/)
    })

    test('one of another name is refused', async () => {
      const { refused } = await open(trusting(right), { host: 'localhost' })
      assert.match(refused, /localhost:\d+: .*does not match certificate's altnames/)
    })

    test('one whose time is over is refused', async () => {
      const names = ['IP:127.0.0.1']
      await serveWith(await issueCertificate(folder, { name: 'old', names, days: -1 }))
      const { refused } = await open(trusting(right))
      assert.match(refused, /127\.0\.0\.1:\d+: certificate has expired/)
      await serveWith(right)
    })

    test('a server without TLS is refused, and told nothing', async () => {
      await postgres.stop()
      await postgres.start()
      const { refused } = await open(trusting(right))
      assert.match(refused, /The server does not support SSL connections/)
      await serveWith(right)
    })

    test('a node proves itself by its certificate, where the server asks for one', async () => {
      await postgres.query('CREATE ROLE prover LOGIN; GRANT CREATE ON DATABASE gatehouse TO prover')
      await postgres.query('DROP SCHEMA of_settings CASCADE')
      const rules = join(postgres.socket, 'data', 'pg_hba.conf')
      await writeFile(rules, `hostssl all prover all cert\n${await readFile(rules, 'utf8')}`)
      await serveWith(right)
      const own = await issueCertificate(folder, { name: 'prover', names: ['DNS:prover'] })
      const asProver = (files: TestCertificates) =>
        open(
          `tls: verify, caFile: ${right.caFile}, certificateFile: ${files.certFile}, ` +
            `keyFile: ${files.keyFile}`,
          { user: 'prover' },
        )
      assert.deepEqual(await asProver(own), { refused: '', encrypted: true, user: 'prover' })
      const { refused } = await asProver(
        await issueCertificate(folder, { name: 'somebody', names: ['DNS:prover'] }),
      )
      assert.match(refused, /certificate authentication failed for user "prover"/)
      const { refused: without } = await open(`tls: verify, caFile: ${right.caFile}`, {
        user: 'prover',
      })
      assert.match(without, /connection requires a valid client certificate/)
    })
  })
}

/** The server reads its key only from a file of its own. */
async function serveTls(postgres: Postgres, files: TestCertificates): Promise<void> {
  const { uid, gid } = await stat(postgres.socket)
  const at = (name: string) => join(postgres.socket, name)
  for (const [name, from] of [
    ['tls.pem', files.certFile],
    ['tls.key', files.keyFile],
    ['tls-ca.pem', files.caFile],
  ] as const) {
    await writeFile(at(name), await readFile(from), { mode: 0o600 })
    await chown(at(name), uid, gid)
  }
  await postgres.stop()
  await postgres.start({
    ssl: 'on',
    ssl_cert_file: at('tls.pem'),
    ssl_key_file: at('tls.key'),
    ssl_ca_file: at('tls-ca.pem'),
  })
}
