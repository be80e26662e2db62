import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { requirePeer } from '../peers/require.ts'
import { awsCli } from './aws-cli.ts'
import { demoSettings, openRunning } from './running.ts'

const broker = {
  AccessKeyId: 'AKIADEMOBROKER222222',
  SecretAccessKey: 'demoOnlyBrokerSecretDoNotUseElsewhere000',
}
const developer = 'arn:aws:iam::111122223333:role/Developer'

test('the AWS CLI takes a role with a key and does what it may', async (t: TestContext) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  const who = await awsCli(at.origin, broker, 'sts', 'get-caller-identity')
  assert.equal(who.json.Arn, 'arn:aws:iam::111122223333:user/broker')
  const taken = await awsCli(
    at.origin,
    broker,
    'sts',
    'assume-role',
    '--role-arn',
    developer,
    '--role-session-name',
    'me',
    '--tags',
    'Key=team,Value=platform',
  )
  assert.equal(taken.refused, '')
  const session = taken.json.Credentials
  assert.equal(
    (await awsCli(at.origin, session, 'sts', 'get-caller-identity')).json.Arn,
    'arn:aws:sts::111122223333:assumed-role/Developer/me',
  )
  const roles = await awsCli(at.origin, session, 'iam', 'list-roles')
  assert.deepEqual(
    (roles.json.Roles as { RoleName: string }[]).map(({ RoleName }) => RoleName),
    ['Auditor', 'BillingViewer', 'Developer'],
  )
  const denied = await awsCli(
    at.origin,
    broker,
    'sts',
    'assume-role',
    '--role-arn',
    'arn:aws:iam::111122223333:role/Auditor',
    '--role-session-name',
    'me',
  )
  assert.match(denied.refused, /\(AccessDenied\).*is not authorized to perform: sts:AssumeRole/)
})

test('a call needs both the role and the session policy to allow it', async (t: TestContext) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  const only = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } })
  const take = async (policy: string) =>
    (
      await awsCli(
        at.origin,
        broker,
        'sts',
        'assume-role',
        '--role-arn',
        developer,
        '--role-session-name',
        'me',
        '--policy',
        policy,
      )
    ).json.Credentials
  const roles = await take(only('iam:ListRoles'))
  assert.equal((await awsCli(at.origin, roles, 'iam', 'list-roles')).refused, '', 'both allow')
  assert.match(
    (await awsCli(at.origin, roles, 'iam', 'list-users')).refused,
    /AccessDenied.*no session policy allows/,
    'only the role allows',
  )
  const more = await take(only('*'))
  assert.equal((await awsCli(at.origin, more, 'iam', 'list-users')).refused, '', 'both allow')
  assert.match(
    (
      await awsCli(
        at.origin,
        more,
        'sts',
        'assume-role',
        '--role-arn',
        developer,
        '--role-session-name',
        'again',
      )
    ).refused,
    /AccessDenied/,
    'only the session policy allows',
  )
})

test('the JavaScript SDK signs in with a password and uses what it gets', async () => {
  await using at = await openRunning(await demoSettings())
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername: 'priya',
    LDAPPassword: 'priya-demo-2026',
  })
  const answer = await (await fetch(at.origin, { method: 'POST', body })).text()
  const part = (name: string) =>
    new RegExp(`<${name}>(.*?)</${name}>`).exec(answer)?.[1] ?? assert.fail(answer)
  const credentials = {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  }
  const config = { endpoint: at.origin, region: 'us-east-1', credentials, maxAttempts: 1 }
  using sts = new DisposableClient(new STSClient(config))
  using iam = new DisposableClient(new IAMClient(config))
  assert.equal(
    (await sts.client.send(new GetCallerIdentityCommand({}))).Arn,
    'arn:aws:sts::111122223333:assumed-role/Auditor/priya',
  )
  assert.equal((await iam.client.send(new ListRolesCommand({}))).Roles?.length, 3)
  at.clock.pass(3601)
  await assert.rejects(sts.client.send(new GetCallerIdentityCommand({})), {
    name: /ExpiredToken|SignatureDoesNotMatch|RequestExpired/,
  })
})

class DisposableClient<C extends { destroy(): void }> implements Disposable {
  readonly client: C
  constructor(client: C) {
    this.client = client
  }
  [Symbol.dispose](): void {
    this.client.destroy()
  }
}
