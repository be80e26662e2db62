import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { Browser } from '../http/browser.ts'
import { runProgram } from '../peers/child.ts'
import { openPostgres, postgresPassword } from '../peers/postgres.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { loginUrl, signedCall, signInToken } from './broker.ts'
import { demoSettings, openSite, type Served, startServed } from './running.ts'

const root = {
  accessKeyId: 'AKIAPOSTGRESROOT2222',
  secretAccessKey: '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',
}
const jonas = ['jonas', 'jonas-demo-2026'] as const

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) assert.ok(performance.now() < end, 'it came about in a minute')
}
const iamOf = (served: Served, maxAttempts = 10) =>
  new IAMClient({ endpoint: served.origin, region: 'us-east-1', credentials: root, maxAttempts })

if (!findProgram('psql')) {
  test('nodes on PostgreSQL', (t) => void requirePeer(t, 'postgres'))
} else {
  const postgres = await openPostgres()
  after(() => postgres[Symbol.asyncDispose]())

  test('two nodes on one PostgreSQL are one Gatehouse, also while it is away', async () => {
    const store = `{ postgres: { url: "${postgres.url}" } }`
    const text = (await demoSettings()).replace(
      'alias: demo',
      `alias: demo\n    rootAccessKeys: [${JSON.stringify(root)}]`,
    )
    await using site = await openSite()
    await using one = await startServed(site, text, { store })
    await using two = await startServed(site, text, { store, beside: true })
    const who = (served: Served, keys: Parameters<typeof signedCall>[1]) =>
      signedCall(served.origin, keys, { Action: 'GetCallerIdentity' })

    // A write to one is a fact for the other.
    const iam = iamOf(one)
    await iam.send(new CreateUserCommand({ UserName: 'dora' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dora' }))
    const dora = {
      AccessKeyId: AccessKey!.AccessKeyId!,
      SecretAccessKey: AccessKey!.SecretAccessKey!,
    }
    await until(async () => (await who(two, dora)).includes('user/dora'))

    // A browser and a one-time token belong to neither.
    const browser = new Browser(one.origin)
    assert.equal((await browser.signIn(...jonas)).location, '/portal')
    const moved = new Browser(two.origin)
    for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
    assert.equal((await moved.get('/portal')).title, 'Your roles')
    const { keys } = await assumeWithPassword(two.origin, ...jonas)
    const { token } = await signInToken(one.origin, keys)
    const used = await Promise.all(
      [one, two].map(({ origin }) => new Browser(origin).get(loginUrl('', token))),
    )
    assert.deepEqual(used.map(({ status }) => status).sort(), [303, 400])

    // A command revokes for both.
    await runProgram(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', 'src/main.ts', 'revoke'],
      ...['--scope', 'role', '--target', 'Developer', '--config', one.configFile],
    ])
    for (const node of [one, two])
      await until(async () => (await who(node, keys)).includes('ExpiredToken'))

    const [ready, metrics] = await Promise.all(
      ['readyz', 'metrics'].map(async (path) => (await fetch(`${two.operations}/${path}`)).text()),
    )
    assert.equal(JSON.parse(ready!).checks.store.ok, true, ready)
    assert.match(metrics!, /^gatehouse_store_connections_used\{pool="statements"\} \d+$/m)
    assert.match(metrics!, /^gatehouse_store_away 0$/m)

    // Without PostgreSQL what is in memory is answered, and a write is refused at once.
    assert.match(await who(two, dora), /user\/dora/)
    await postgres.kill()
    const check = async () =>
      JSON.parse(await (await fetch(`${two.operations}/readyz`)).text()).checks.store
    await until(async () => /away for \d+ s/.test((await check()).remark))
    assert.equal((await check()).ok, true)
    assert.match(await who(two, dora), /user\/dora/)
    const refused = await iamOf(two, 1)
      .send(new CreateUserCommand({ UserName: 'eve' }))
      .catch(
        (error: { $response?: { statusCode: number; headers: Record<string, string> } }) => error,
      )
    assert.ok('$response' in refused && refused.$response)
    const { statusCode, headers } = refused.$response
    assert.deepEqual([statusCode, headers['retry-after']], [503, '1'])
    await postgres.start()
    await until(async () => (await check()).remark === undefined)
    await iamOf(one).send(new CreateUserCommand({ UserName: 'eve' }))
    for (const { said } of [one, two]) assert.ok(!said().includes(postgresPassword))
  })
}
