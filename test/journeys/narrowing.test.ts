import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { awsCli, type Keys } from './aws-cli.ts'
import { loginUrl, signInToken } from './broker.ts'
import { demoSettings, openRunning } from './running.ts'

const launcher = join(resolve(import.meta.dirname, '../..'), 'bin', 'gatehouse.js')

async function narrowed(keys: Required<Keys>, args: readonly string[]) {
  const { AccessKeyId, SecretAccessKey, SessionToken } = keys
  const env = {
    PATH: process.env.PATH,
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  }
  const child = spawn(process.execPath, [launcher, 'narrow', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { out: out.trim(), err: err.trim(), code: code as number }
}

test('a contractor uses narrowed credentials with the AWS CLI and the console', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-narrow-'))
  try {
    await using running = await openRunning(await demoSettings())
    const { keys } = await assumeWithPassword(running.origin, 'jonas', 'jonas-demo-2026')
    const file = join(folder, 'only-roles.json')
    await writeFile(
      file,
      JSON.stringify(
        {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }],
        },
        null,
        2,
      ),
    )
    const made = await narrowed(keys, ['--policy', file, '--duration', '15m'])
    assert.equal(made.code, 0)
    assert.match(made.err, /^the true end is not known/)
    const contractor = JSON.parse(made.out) as Required<Keys> & { Expiration: string }
    assert.ok(Math.abs(Date.parse(contractor.Expiration) - Date.now() - 900_000) < 60_000)

    assert.equal((await awsCli(running.origin, keys, 'iam', 'list-users')).refused, '')
    assert.ok((await awsCli(running.origin, contractor, 'iam', 'list-roles')).json.Roles.length > 0)
    assert.match(
      (await awsCli(running.origin, contractor, 'iam', 'list-users')).refused,
      /AccessDenied.*no session policy allows the iam:ListUsers action/,
    )
    const dropped = { ...contractor, SessionToken: keys.SessionToken }
    assert.match(
      (await awsCli(running.origin, dropped, 'iam', 'list-users')).refused,
      /SignatureDoesNotMatch/,
    )
    assert.equal((await signInToken(running.origin, contractor)).status, 200)
    const { token } = await signInToken(running.origin, contractor, { SessionDuration: '43200' })
    const browser = new Browser(running.origin)
    assert.equal((await browser.get(loginUrl('', token))).status, 303)
    assert.equal((await browser.get('/console')).status, 200)
    assert.equal((await signInToken(running.origin, dropped)).status, 400)
    // The command reads the machine's clock, which has gone on since the house's stood still.
    running.clock.pass(
      (Date.parse(contractor.Expiration) - running.clock.now().getTime()) / 1000 + 1,
    )
    assert.match(
      (await browser.get('/console')).text,
      /timed out/i,
      'a longer console does not undo the earlier end',
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('narrow says what it misses', async () => {
  const none = await narrowed(
    { AccessKeyId: 'AKIA', SecretAccessKey: 's', SessionToken: 'other' },
    ['--duration', '15m'],
  )
  assert.deepEqual([none.code, none.out], [1, ''])
  assert.match(none.err, /temporary credentials of Gatehouse/)
  const nothing = await narrowed(
    { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 'ghs1.x.y' },
    [],
  )
  assert.deepEqual(
    [nothing.code, nothing.err],
    [1, 'nothing is narrowed: give a policy, an end, or both'],
  )
})
