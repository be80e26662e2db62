import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { IAMClient, ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { freeze } from '../peers/child.ts'
import { requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { awsCli, awsCliAt, type Keys } from './aws-cli.ts'
import { copyCredentials, openDesk, roleButton, signInAt } from './chromium.ts'
import { directorySettings, engineer, narrowed, slapdConnector } from './directory-settings.ts'
import { openRunning, type TrailRecord } from './running.ts'

/** A directory with people, and a Gatehouse before it. */
async function openHouse() {
  await using undo = new AsyncDisposableStack()
  const directory = undo.use(await startSlapd())
  const at = undo.use(await openRunning(directorySettings(slapdConnector(directory))))
  const owned = undo.move()
  return { directory, at, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

interface Readiness {
  readonly status: string
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>
}

const met = (t: TestContext, ...peers: Parameters<typeof requirePeer>[1][]) =>
  peers.every((peer) => requirePeer(t, peer))
const silentRole = /AccessDenied.*no identity-based policy allows the iam:GetRole action/
const silentSession = /AccessDenied.*no session policy allows the iam:ListUsers action/
const only = (...Action: readonly string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } })

test('a directory password leads by the portal to the AWS CLI, within both policies', async (t) => {
  if (!met(t, 'slapd', 'chromium', 'awscli')) return
  await using house = await openHouse()
  await using desk = await openDesk()
  const { at } = house
  const { page } = desk
  // The server's clock is ahead: the CLI's goes along.
  at.clock.pass(40 * 60)
  await signInAt(page, at.origin, 'alice', house.directory.passwordOf('alice'))
  assert.deepEqual(await page.locator('.grant h3').allInnerTexts(), ['Engineer', 'Narrowed'])
  const cli = (keys: Keys, ...args: readonly string[]) =>
    awsCliAt(at.clock.now(), at.origin, keys, ...args)

  const whole = await copyCredentials(page, 'Engineer')
  const who = await cli(whole, 'sts', 'get-caller-identity')
  assert.equal(who.json.Arn, 'arn:aws:sts::111122223333:assumed-role/Engineer/alice', who.refused)
  assert.equal((await cli(whole, 'iam', 'list-users')).refused, '')
  assert.match((await cli(whole, 'iam', 'get-role', '--role-name', 'Engineer')).refused, silentRole)

  const less = await copyCredentials(page, 'Narrowed')
  const roles = await cli(less, 'iam', 'list-roles')
  assert.deepEqual(
    roles.json.Roles?.map(({ RoleName }) => RoleName),
    ['Engineer', 'Narrowed'],
    `allowed by both: ${roles.refused}`,
  )
  assert.match(
    (await cli(less, 'iam', 'list-users')).refused,
    silentSession,
    'the session policy does not',
  )
  assert.match(
    (await cli(less, 'iam', 'get-role', '--role-name', 'Engineer')).refused,
    silentRole,
    'the role does not',
  )

  at.clock.pass(3600)
  assert.match((await cli(whole, 'sts', 'get-caller-identity')).refused, /ExpiredToken/)
})

test('the wire accepts the directory password: roles, policy, duration, refusals', async (t) => {
  if (!met(t, 'slapd', 'awscli')) return
  await using house = await openHouse()
  const {
    at: { origin, clock, events },
    directory,
  } = house
  const password = directory.passwordOf('alice')
  const ambiguous = await assumeWithPassword(origin, 'alice', password)
  assert.match(ambiguous.text, /<Code>ValidationError<.*RoleArn is required/s)
  const asked = {
    RoleArn: engineer,
    DurationSeconds: '900',
    Policy: only('iam:ListRoles', 'iam:GetRole'),
  }
  const { keys, expiration, text } = await assumeWithPassword(origin, 'Alice', password, asked)
  assert.equal(Math.round((Date.parse(expiration) - clock.now().getTime()) / 1000 / 10), 90, text)
  assert.equal(
    (await awsCli(origin, keys, 'sts', 'get-caller-identity')).json.Arn,
    'arn:aws:sts::111122223333:assumed-role/Engineer/alice',
  )
  assert.equal((await awsCli(origin, keys, 'iam', 'list-roles')).refused, '')
  assert.match(
    (await awsCli(origin, keys, 'iam', 'list-users')).refused,
    /no session policy allows/,
  )
  assert.match(
    (await awsCli(origin, keys, 'iam', 'get-role', '--role-name', 'Engineer')).refused,
    /no identity-based policy allows/,
  )

  const both = (
    await assumeWithPassword(origin, 'alice', password, {
      RoleArn: narrowed,
      Policy: only('iam:*'),
    })
  ).keys
  assert.match(
    (await awsCli(origin, both, 'iam', 'list-users')).refused,
    silentSession,
    'the request’s policy does not widen the mapping’s',
  )

  const told = (answer: { text: string }) =>
    answer.text.replace(/Reference [\w-]+|<RequestId>.*?<\/RequestId>/g, '')
  const [wrong, unknown, hostile] = await Promise.all([
    assumeWithPassword(origin, 'bob', 'not his'),
    assumeWithPassword(origin, 'nobody', 'at all'),
    assumeWithPassword(origin, '*)(uid=alice', password),
  ])
  assert.match(wrong.text, /<Code>AccessDenied</)
  assert.deepEqual([told(unknown), told(hostile)], [told(wrong), told(wrong)])
  const carol = await assumeWithPassword(origin, 'carol', directory.passwordOf('carol'), {
    RoleArn: engineer,
  })
  assert.match(carol.text, /<Code>AccessDenied</, 'no group, no role')

  const {
    eventName,
    errorCode,
    additionalEventData: { gatehouse },
  } = (await events(10))[1]!
  assert.deepEqual(
    [eventName, errorCode, gatehouse.identity?.username, gatehouse.rule],
    ['AssumeRoleWithLDAPIdentity', undefined, 'alice', 'engineering'],
  )
})

test("the JavaScript SDK uses the portal's credentials, as far as policies allow", async (t) => {
  if (!met(t, 'slapd', 'chromium')) return
  await using house = await openHouse()
  await using desk = await openDesk()
  const {
    at: { origin },
    directory,
  } = house
  await signInAt(desk.page, origin, 'bob', directory.passwordOf('bob'))
  assert.match(
    await desk.page.locator('main').innerText(),
    /no role/,
    'bob has no mail address, and the rules make a tag of it',
  )
  await signInAt(desk.page, origin, 'alice', directory.passwordOf('alice'))
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = await copyCredentials(desk.page, 'Narrowed')
  const credentials = { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? '' }
  const config = { endpoint: origin, region: 'us-east-1', maxAttempts: 1, credentials }
  const [sts, iam] = [new STSClient(config), new IAMClient(config)]
  try {
    assert.equal(
      (await sts.send(new GetCallerIdentityCommand({}))).Arn,
      'arn:aws:sts::111122223333:assumed-role/Narrowed/alice',
    )
    assert.equal((await iam.send(new ListRolesCommand({}))).Roles?.length, 2)
    await assert.rejects(iam.send(new ListUsersCommand({})), {
      name: /AccessDenied/,
      message: /no session policy allows the iam:ListUsers action/,
    })
  } finally {
    sts.destroy()
    iam.destroy()
  }
})

for (const [how, break_] of [
  [
    'is stopped',
    async (house: Awaited<ReturnType<typeof openHouse>>) => house.directory[Symbol.asyncDispose](),
  ],
  ['hangs', async (house: Awaited<ReturnType<typeof openHouse>>) => freeze(house.directory.pid)],
] as const) {
  test(`a directory that ${how}: a clear page in time, readyz, sessions go on`, async (t) => {
    if (!met(t, 'slapd', 'chromium', 'awscli')) return
    await using house = await openHouse()
    await using desk = await openDesk()
    const { page, context } = desk
    const {
      at: { origin, operations, events },
      directory,
    } = house
    const ready = async () => (await fetch(`${operations}/readyz`)).json() as Promise<Readiness>
    assert.equal((await ready()).status, 'ready')
    await signInAt(page, origin, 'alice', directory.passwordOf('alice'))
    const keys = await copyCredentials(page, 'Engineer')
    try {
      await break_(house)
      // A process that is being stopped may answer once more.
      const until = performance.now() + 60_000
      let state = await ready()
      while (state.status === 'ready' && performance.now() < until) state = await ready()
      assert.equal(state.status, 'degraded')
      assert.equal(state.checks['connector corp']?.ok, false)
      assert.ok(state.checks['connector corp']?.reason)

      const stranger = await (await context.browser()!.newContext()).newPage()
      await signInAt(stranger, origin, 'alice', directory.passwordOf('alice'))
      assert.match(await stranger.getByRole('alert').innerText(), /The directory does not answer/)
      assert.equal(await stranger.getByLabel('User name').inputValue(), 'alice')
      assert.match(
        (await assumeWithPassword(origin, 'alice', 'whatever')).text,
        /<Code>IDPCommunicationError</,
      )

      assert.equal(
        (await awsCli(origin, keys, 'sts', 'get-caller-identity')).refused,
        '',
        'credentials need no directory',
      )
      await page.goto(`${origin}/portal`)
      await roleButton(page, 'Engineer', 'Console').click()
      await page.waitForURL(`${origin}/console`)
      const told = (records: readonly TrailRecord[]) =>
        records.some(({ errorCode }) => errorCode === 'directory-unavailable')
      assert.ok(told(await events(told)))
    } finally {
      if (how === 'hangs') process.kill(directory.pid, 'SIGCONT')
    }
  })
}
