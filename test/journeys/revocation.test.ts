import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { sessionState } from '../../src/cli/credentials/session-check.ts'
import { Browser } from '../http/browser.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { signedCall } from './broker.ts'
import { demoSettings, openSite, startServed } from './running.ts'

const launcher = join(resolve(import.meta.dirname, '../..'), 'bin', 'gatehouse.js')
const root = {
  AccessKeyId: 'AKIAROOTROOTROOTROO2',
  SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}

async function gatehouse(...args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { out: out.trim(), err: err.trim(), code: code as number }
}
async function settings(): Promise<string> {
  return (await demoSettings()).replace(
    '    alias: demo\n',
    `    alias: demo\n    rootAccessKeys: [{ accessKeyId: ${root.AccessKeyId}, ` +
      `secretAccessKey: ${root.SecretAccessKey} }]\n`,
  )
}

test('a person is revoked by command while the server runs, and by a signed call', async () => {
  await using site = await openSite()
  await using served = await startServed(site, await settings())
  const person = { RoleArn: 'arn:aws:iam::111122223333:role/Developer' }
  const who = async (keys: Parameters<typeof signedCall>[1]) =>
    /<Arn>(.*?)<|<Code>(.*?)</
      .exec(await signedCall(served.origin, keys, { Action: 'GetCallerIdentity' }))
      ?.slice(1)
      .find(Boolean)
  const [jonas, amina] = [
    await assumeWithPassword(served.origin, 'jonas', 'jonas-demo-2026', person),
    await assumeWithPassword(served.origin, 'amina', 'amina-demo-2026', person),
  ]
  const browser = new Browser(served.origin)
  await browser.signIn('jonas', 'jonas-demo-2026')
  assert.equal((await browser.get('/portal')).status, 200)
  assert.equal(await who(jonas.keys), 'arn:aws:sts::111122223333:assumed-role/Developer/jonas')

  const state = async () => {
    const credentials = { Version: 1, Expiration: '', ...jonas.keys } as const
    const arn = 'arn:aws:sts::111122223333:assumed-role/Developer/jonas'
    return sessionState(served.origin, { credentials, arn }, 60_000)
  }
  assert.equal(await state(), 'alive', 'as `gatehouse credentials` asks')

  const done = await gatehouse(
    'revoke',
    '--config',
    served.configFile,
    '--scope',
    'username',
    '--target',
    'staff/jonas',
  )
  assert.deepEqual([done.code, done.err], [0, ''])
  assert.match(done.out, /^revoked: username staff\/jonas, issued until \S+Z, in every account$/)
  assert.equal(await who(jonas.keys), 'ExpiredToken')
  assert.equal(await state(), 'ended')
  assert.equal(await who(amina.keys), 'arn:aws:sts::111122223333:assumed-role/Developer/amina')
  const portal = await browser.get('/portal')
  assert.ok(
    portal.status === 303 && /\/signin/.test(portal.location ?? ''),
    'the portal asks for the password again',
  )

  const answered = await signedCall(served.origin, root, {
    Action: 'RevokeSessions',
    Scope: 'role',
    Target: 'Developer',
  })
  assert.match(
    answered,
    /<RevokeSessionsResult><Revocation><Scope>role<\/Scope><Target>Developer<\/Target><Before>/,
  )
  assert.equal(await who(amina.keys), 'ExpiredToken')
  const listed = await signedCall(served.origin, root, { Action: 'ListRevocations' })
  assert.deepEqual(
    [...listed.matchAll(/<Target>(.*?)<\/Target>/g)].map(([, target]) => target).sort(),
    ['Developer', 'staff/jonas'],
  )
})

test('who may not revoke does not, and a wrong request revokes nothing', async () => {
  await using site = await openSite()
  await using served = await startServed(site, await settings())
  const { keys } = await assumeWithPassword(served.origin, 'priya', 'priya-demo-2026')
  const call = (
    keysOf: Parameters<typeof signedCall>[1],
    fields: Readonly<Record<string, string>>,
  ) => signedCall(served.origin, keysOf, { Action: 'RevokeSessions', ...fields })
  assert.match(await call(keys, { Scope: 'everything' }), /<Code>AccessDenied</)
  assert.match(
    await call(root, { Scope: 'all' }),
    /<Code>ValidationError<.*failed to satisfy constraint/s,
  )
  assert.match(
    await call(root, { Scope: 'person', Target: 'priya' }),
    /<Code>ValidationError<.*CONNECTOR\/SUBJECT/s,
  )
  assert.match(
    await call(root, { Scope: 'everything', Before: '2999-01-01T00:00:00Z' }),
    /<Code>ValidationError<.*future/s,
  )
  for (const args of [
    ['--scope', 'all'],
    ['--scope', 'role'],
    ['--scope', 'everything', '--before', 'soon'],
    ['--scope', 'everything', '--before', '2999-01-01'],
    ['--scope', 'everything', '--account', '12'],
  ]) {
    const { code, out } = await gatehouse('revoke', '--config', served.configFile, ...args)
    assert.deepEqual([code, out], [1, ''], args.join(' '))
  }
  assert.match(
    await signedCall(served.origin, keys, { Action: 'GetCallerIdentity' }),
    /assumed-role\/Auditor\/priya/,
  )
})
