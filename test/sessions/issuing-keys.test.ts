import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import type { AccountSettings } from '../../src/config/placements.ts'
import { sealSession, unsealSession } from '../../src/credentials/session-token.ts'
import type { Issued } from '../../src/sessions/role-issue.ts'
import { Browser } from '../http/browser.ts'
import { loginUrl, signInToken } from '../journeys/broker.ts'
import { openRunning } from '../journeys/running.ts'
import { account, allow, document, openRooms, secret } from './scene.ts'

const admin = { accessKeyId: 'AKIAADMINADMINADMIN2', secretAccessKey: secret }
const all = '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] }'
const role =
  '{ trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: ' +
  `"${account}" }, Action: "sts:AssumeRole" }] }, policies: { all: ${all} } }`
const settings = `
accounts:
  "${account}":
    users: { admin: { accessKeys: [${JSON.stringify(admin)}], policies: { all: ${all} } } }
    roles: { App: ${role}, Next: ${role} }
  "444455556666": { rootManagedBy: "${account}" }
`
type Signing = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}
const invalid = (error: Error) => error.name === 'InvalidClientTokenId'

/** Every way in which a user's key makes sessions, over others too. */
const operations: Readonly<
  Record<string, (sts: (by: Signing) => STSClient, key: Signing) => Promise<Signing>>
> = {
  GetSessionToken: async (sts, key) => given(await sts(key).send(new GetSessionTokenCommand({}))),
  GetFederationToken: async (sts, key) =>
    given(
      await sts(key).send(
        new GetFederationTokenCommand({ Name: 'bob', Policy: document(allow('*')) }),
      ),
    ),
  AssumeRole: (sts, key) => assume(sts(key), 'App'),
  "AssumeRole with GetSessionToken's credentials": async (sts, key) =>
    assume(sts(await operations.GetSessionToken!(sts, key)), 'App'),
  'AssumeRole after AssumeRole': async (sts, key) =>
    assume(sts(await assume(sts(key), 'App')), 'Next'),
  AssumeRoot: async (sts, key) =>
    given(
      await sts(key).send(
        new AssumeRootCommand({
          TargetPrincipal: '444455556666',
          TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
        }),
      ),
    ),
}
function given({
  Credentials: made,
}: {
  readonly Credentials?: Credentials | undefined
}): Required<Signing> {
  return {
    accessKeyId: made!.AccessKeyId!,
    secretAccessKey: made!.SecretAccessKey!,
    sessionToken: made!.SessionToken!,
  }
}
async function assume(sts: STSClient, name: string): Promise<Required<Signing>> {
  return given(
    await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/${name}`,
        RoleSessionName: 'it',
      }),
    ),
  )
}

async function open() {
  const running = await openRunning(settings)
  const config = (credentials: Signing) => ({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
  })
  const iam = new IAMClient(config(admin))
  const sts = (by: Signing) => new STSClient(config(by))
  await iam.send(new CreateUserCommand({ UserName: 'broker' }))
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'broker',
      PolicyName: 'all',
      PolicyDocument: document(allow('*')),
    }),
  )
  const newKey = async (): Promise<Signing> => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'broker' }))
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  }
  return {
    running,
    iam,
    sts,
    newKey,
    key: await newKey(),
    whoIs: (by: Signing) => sts(by).send(new GetCallerIdentityCommand({})),
    status: ({ accessKeyId }: Signing, Status: 'Active' | 'Inactive') =>
      iam.send(
        new UpdateAccessKeyCommand({ UserName: 'broker', AccessKeyId: accessKeyId, Status }),
      ),
    remove: ({ accessKeyId }: Signing) =>
      iam.send(new DeleteAccessKeyCommand({ UserName: 'broker', AccessKeyId: accessKeyId })),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

test('sessions of a key pause while it is inactive and end when it is deleted', async () => {
  await using at = await open()
  const made = await Promise.all(
    Object.entries(operations).map(
      async ([name, make]) => [name, await make(at.sts, at.key)] as const,
    ),
  )
  const other = await at.newKey()
  const check = async (works: boolean, when: string) => {
    for (const [name, session] of made) {
      if (works) await at.whoIs(session)
      else await assert.rejects(at.whoIs(session), invalid, `${name}, ${when}`)
    }
  }
  await check(true, 'at first')
  await at.status(at.key, 'Inactive')
  await check(false, 'inactive')
  await at.status(at.key, 'Active')
  await check(true, 'active again')
  await at.status(other, 'Inactive')
  await at.remove(other)
  await check(true, 'without the other key')
  await at.remove(at.key)
  await check(false, 'deleted')
})

test("a console that a key's session opened ends with the key", async () => {
  await using at = await open()
  for (const name of ['GetFederationToken', 'AssumeRole']) {
    await at.status(at.key, 'Active')
    const session = (await operations[name]!(at.sts, at.key)) as Required<Signing>
    const keys = {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
    }
    const { token } = await signInToken(at.running.origin, keys)
    const browser = new Browser(at.running.origin)
    assert.equal((await browser.get(loginUrl('', token))).status, 303)
    assert.equal((await browser.get('/console')).status, 200)
    await at.status(at.key, 'Inactive')
    assert.notEqual((await browser.get('/console')).status, 200, name)
    assert.equal((await signInToken(at.running.origin, keys)).status, 400)
  }
})

test('a role that is deleted ends what was assumed with its sessions', async () => {
  await using at = await open()
  const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
  const create = () =>
    at.iam.send(new CreateRoleCommand({ RoleName: 'Between', AssumeRolePolicyDocument: trust }))
  await create()
  await at.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'Between',
      PolicyName: 'all',
      PolicyDocument: document(allow('sts:AssumeRole')),
    }),
  )
  const last = await assume(at.sts(await assume(at.sts(at.key), 'Between')), 'App')
  await at.whoIs(last)
  await at.iam.send(new DeleteRolePolicyCommand({ RoleName: 'Between', PolicyName: 'all' }))
  await at.whoIs(last)
  await at.iam.send(new DeleteRoleCommand({ RoleName: 'Between' }))
  await assert.rejects(at.whoIs(last), invalid)
  await create()
  await assert.rejects(at.whoIs(last), invalid, 'another of the same name revives nothing')
})

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }
const rootKey = { accessKeyId: 'AKIARRRRRRRRRRRRRRRR', secretAccessKey: secret }
const of = (
  accessKeys: (typeof key)[],
  rootAccessKeys: (typeof key)[],
): Omit<AccountSettings, 'id'> => ({
  users: [{ name: 'Jo', policies: { all: document(allow('*')) }, accessKeys }],
  rootAccessKeys,
})

test('sessions of a key pause while it is missing from the settings file', async () => {
  await using rooms = await openRooms(of([key], [rootKey]))
  const callerOf = async ({ accessKeyId }: typeof key) =>
    (await rooms.callers.claimant(accessKeyId, undefined)).caller()
  const session = async (by: typeof key) =>
    rooms.issuer.issueUserSession({ caller: await callerOf(by), durationSeconds: 900 })
  const [jos, roots] = [await session(key), await session(rootKey)]
  const lives = ({ claims }: Issued) =>
    rooms.callers.ofClaims(claims, 'temporary').then(
      () => true,
      (error) => {
        assert.equal(error.code, 'InvalidClientTokenId')
        return false
      },
    )
  for (const [keys, rootKeys, expected] of [
    [[key], [rootKey], [true, true]],
    [[], [rootKey], [false, true]],
    [[key], [], [true, false]],
    [[key], [rootKey], [true, true]],
  ] as const) {
    await rooms.put(of([...keys], [...rootKeys]))
    assert.deepEqual([await lives(jos), await lives(roots)], expected)
  }
})

test('a token without an issuing key stays valid, and one with it is little longer', async () => {
  await using rooms = await openRooms(of([key], []))
  const caller = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
  const { claims, credentials } = await rooms.issuer.issueUserSession({
    caller,
    durationSeconds: 900,
  })
  assert.equal(claims.issuingKeyId, key.accessKeyId)
  const { issuingKeyId: _told, ...before } = claims
  const old = sealSession(rooms.ring, before)!
  assert.ok(credentials.sessionToken.length - old.length <= 64)
  await rooms.put(of([], []))
  assert.equal(
    (await rooms.callers.ofClaims(unsealSession(rooms.ring, old)!, 'temporary')).account,
    account,
  )
})
