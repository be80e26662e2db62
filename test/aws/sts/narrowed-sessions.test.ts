import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  IAMClient,
  ListAccessKeysCommand,
  ListRolesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import {
  type Credentials as Answered,
  AssumeRoleCommand,
  AssumeRootCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import type { Credentials } from '../../../src/credentials/claims.ts'
import { type Narrowing, narrow } from '../../../src/credentials/narrowing.ts'
import { Browser } from '../../http/browser.ts'
import { loginUrl, signInToken } from '../../journeys/broker.ts'
import { openRunning } from '../../journeys/running.ts'
import { allow, document } from '../../sessions/scene.ts'

const key = {
  accessKeyId: 'AKIAJOJOJOJOJOJOJOJ2',
  secretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}
const role =
  '{ trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: ' +
  '"111122223333" }, Action: "sts:AssumeRole" }] }, policies: { all: { Version: "2012-10-17", ' +
  'Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] } } }'
const settings = `
accounts:
  "111122223333":
    users:
      jo:
        accessKeys:
          - { accessKeyId: ${key.accessKeyId}, secretAccessKey: ${key.secretAccessKey} }
        policies:
          all:
            Version: "2012-10-17"
            Statement: [{ Effect: Allow, Action: "*", Resource: "*" }]
    roles: { App: ${role}, Next: ${role} }
  "444455556666": { rootManagedBy: "111122223333" }
`
type Signing = typeof key & { readonly sessionToken?: string }
const named = (name: string) => (error: Error) => error.name === name

async function open() {
  const running = await openRunning(settings)
  const config = (credentials: Signing) => ({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
    systemClockOffset: running.clock.now().getTime() - Date.now(),
  })
  const given = (answer: { readonly Credentials?: Answered | undefined }): Credentials => {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials!
    return {
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
      expiration: Expiration!,
    }
  }
  const assume = async (by: Signing, name: string, DurationSeconds?: number) =>
    given(
      await new STSClient(config(by)).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::111122223333:role/${name}`,
          RoleSessionName: 'jo',
          ...(DurationSeconds !== undefined && { DurationSeconds }),
        }),
      ),
    )
  const narrowed = (credentials: Credentials, seconds: number, policy: Narrowing['policy']) =>
    narrow(credentials, {
      expiresAt: new Date(running.clock.now().getTime() + seconds * 1000),
      ...(policy !== undefined && { policy }),
    })
  return {
    running,
    assume,
    given,
    narrowed,
    sts: (by: Signing) => new STSClient(config(by)),
    iam: (by: Signing) => new IAMClient(config(by)),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}
const listing = document(allow(['iam:ListUsers', 'sts:AssumeRole', 'sts:AssumeRoot']))

test('a role that narrowed credentials assume keeps the narrowing and the end', async () => {
  await using at = await open()
  const session = at.given(await at.sts(key).send(new GetSessionTokenCommand({})))
  for (const from of [session, await at.assume(key, 'App')]) {
    const narrow = at.narrowed(from, 60, listing)
    let by = narrow
    for (const name of ['App', 'Next', 'App']) {
      by = await at.assume(by, name, 3600)
      assert.ok(
        by.expiration <= narrow.expiration,
        `${by.expiration.toISOString()} is after ${narrow.expiration.toISOString()}`,
      )
      await at.iam(by).send(new ListUsersCommand({}))
      await assert.rejects(
        at.iam(by).send(new ListRolesCommand({})),
        (error: Error) =>
          error.name === 'AccessDenied' && /no session policy allows/.test(error.message),
      )
    }
    assert.ok(
      (await at.assume(from, 'Next', 3600)).expiration > narrow.expiration,
      'what was not narrowed lives on',
    )
  }
})

test('a root task that narrowed credentials ask for keeps the narrowing and the end', async () => {
  await using at = await open()
  const narrow = at.narrowed(
    await at.assume(key, 'App'),
    60,
    document(allow(['iam:ListUsers', 'sts:AssumeRoot'])),
  )
  const root = at.given(
    await at.sts(narrow).send(
      new AssumeRootCommand({
        TargetPrincipal: '444455556666',
        TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
      }),
    ),
  )
  assert.ok(root.expiration <= narrow.expiration)
  await assert.rejects(at.iam(root).send(new ListAccessKeysCommand({})), named('AccessDenied'))
})

test('narrowings that do not fit into the token that is asked for are refused', async () => {
  await using at = await open()
  // Characters that no compression helps with.
  const policy = document(
    allow('sts:AssumeRole', '*'),
    ...Array.from({ length: 8 }, () =>
      allow('s3:GetObject', `arn:aws:s3:::${randomBytes(430).toString('base64url')}`),
    ),
  )
  await assert.rejects(
    at.assume(at.narrowed(await at.assume(key, 'App'), 600, policy), 'Next'),
    named('PackedPolicyTooLargeException'),
  )
})

test('a console opened with a role of a narrowed session ends with the narrowing', async () => {
  await using at = await open()
  const session = at.given(await at.sts(key).send(new GetSessionTokenCommand({})))
  const child = await at.assume(at.narrowed(session, 60, undefined), 'App')
  const { token } = await signInToken(
    at.running.origin,
    {
      AccessKeyId: child.accessKeyId,
      SecretAccessKey: child.secretAccessKey,
      SessionToken: child.sessionToken,
    },
    { SessionDuration: '43200' },
  )
  const browser = new Browser(at.running.origin)
  assert.equal((await browser.get(loginUrl('', token))).status, 303)
  assert.equal((await browser.get('/console')).status, 200)
  at.running.clock.pass(61)
  assert.match((await browser.get('/console')).text, /timed out/i)
})
