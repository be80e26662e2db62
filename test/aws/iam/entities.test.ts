import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { iamService } from '../../../src/reference/aws/iam.gen.ts'
import { openRunning } from '../../journeys/running.ts'

const account = '111122223333'
const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "${account}":
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
    policies:
      Edge:
        document:
          Version: "2012-10-17"
          Statement: [{ Effect: Allow, Action: "iam:Get*", Resource: "*" }]
    groups: { fixed: {} }
    users:
      kept:
        accessKeys: [{ accessKeyId: AKIAKEPTKEPTKEPTKEP2, secretAccessKey: ${secretAccessKey} }]
    roles:
      Kept:
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            [{ Effect: Allow, Principal: { AWS: "${account}" }, Action: "sts:AssumeRole" }]
  "999900001111": { alias: taken }
`
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
})
const look = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:Get*', Resource: '*' }],
})
const named =
  (name: string, message = /./) =>
  (error: Error) =>
    (error.name === name || error.name === `${name}Exception`) && message.test(error.message)

async function opened() {
  const running = await openRunning(settings)
  const config = (accessKeyId: string, secret = secretAccessKey) => ({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: secret },
  })
  return {
    ...running,
    config,
    root: new iam.IAMClient(config('AKIAROOTROOTROOTROO2')),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

test('a user is made once, with a boundary that exists and tags that differ', async () => {
  await using at = await opened()
  const { root } = at
  const made = await root.send(
    new iam.CreateUserCommand({
      UserName: 'Zoe',
      Path: '/staff/',
      Tags: [{ Key: 'Team', Value: 'risk' }],
      PermissionsBoundary: `arn:aws:iam::${account}:policy/Edge`,
    }),
  )
  assert.equal(made.User?.Arn, `arn:aws:iam::${account}:user/staff/Zoe`)
  assert.match(made.User?.UserId ?? '', /^AIDA/)
  await assert.rejects(
    root.send(new iam.CreateUserCommand({ UserName: 'zOE' })),
    named('EntityAlreadyExists', /User with name zOE already exists/),
  )
  await assert.rejects(
    root.send(
      new iam.CreateUserCommand({
        UserName: 'x',
        PermissionsBoundary: `arn:aws:iam::${account}:policy/None`,
      }),
    ),
    named('NoSuchEntity', /does not exist or is not attachable/),
  )
  await assert.rejects(
    root.send(
      new iam.CreateUserCommand({
        UserName: 'x',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      }),
    ),
    named('InvalidInput', /Duplicate tag keys/),
  )
})

test('a user is renamed with keys and groups, and goes when nothing holds it', async () => {
  await using at = await opened()
  const { root } = at
  await root.send(new iam.CreateUserCommand({ UserName: 'Zoe', Path: '/staff/' }))
  const { AccessKey } = await root.send(new iam.CreateAccessKeyCommand({ UserName: 'zoe' }))
  await root.send(new iam.AddUserToGroupCommand({ GroupName: 'Fixed', UserName: 'Zoe' }))
  await root.send(new iam.UpdateUserCommand({ UserName: 'Zoe', NewUserName: 'Zora', NewPath: '/' }))
  const zora = at.config(AccessKey!.AccessKeyId!, AccessKey!.SecretAccessKey!)
  assert.equal(
    (await new STSClient(zora).send(new GetCallerIdentityCommand({}))).Arn,
    `arn:aws:iam::${account}:user/Zora`,
  )
  assert.deepEqual(
    (await root.send(new iam.GetGroupCommand({ GroupName: 'fixed' }))).Users?.map(
      ({ UserName }) => UserName,
    ),
    ['Zora'],
  )
  assert.deepEqual(
    (await root.send(new iam.ListGroupsForUserCommand({ UserName: 'zora' }))).Groups?.map(
      ({ GroupName }) => GroupName,
    ),
    ['fixed'],
  )
  await assert.rejects(
    root.send(new iam.GetUserCommand({ UserName: 'Zoe' })),
    named('NoSuchEntity'),
  )

  await assert.rejects(
    root.send(new iam.DeleteUserCommand({ UserName: 'Zora' })),
    named('DeleteConflict', /remove users from group/),
  )
  await root.send(new iam.RemoveUserFromGroupCommand({ GroupName: 'fixed', UserName: 'Zora' }))
  await assert.rejects(
    root.send(new iam.DeleteUserCommand({ UserName: 'Zora' })),
    named('DeleteConflict', /delete access keys/),
  )
  await root.send(
    new iam.DeleteAccessKeyCommand({ UserName: 'Zora', AccessKeyId: AccessKey!.AccessKeyId! }),
  )
  await assert.rejects(
    new STSClient(zora).send(new GetCallerIdentityCommand({})),
    named('InvalidClientTokenId'),
  )
  await root.send(new iam.DeleteUserCommand({ UserName: 'Zora' }))
  await assert.rejects(
    root.send(new iam.DeleteUserCommand({ UserName: 'Zora' })),
    named('NoSuchEntity', /The user with name Zora cannot be found/),
  )
})

test('access keys: two at most, inactive is unknown at once, the secret is told once', async () => {
  await using at = await opened()
  const { root } = at
  await root.send(new iam.CreateUserCommand({ UserName: 'jo' }))
  const { AccessKey: first } = await root.send(new iam.CreateAccessKeyCommand({ UserName: 'jo' }))
  const { AccessKey: second } = await root.send(new iam.CreateAccessKeyCommand({ UserName: 'jo' }))
  await assert.rejects(
    root.send(new iam.CreateAccessKeyCommand({ UserName: 'jo' })),
    named('LimitExceeded', /AccessKeysPerUser: 2/),
  )
  const jo = at.config(first!.AccessKeyId!, first!.SecretAccessKey!)
  assert.ok(await new STSClient(jo).send(new GetCallerIdentityCommand({})))
  await root.send(
    new iam.UpdateAccessKeyCommand({
      UserName: 'jo',
      AccessKeyId: first!.AccessKeyId!,
      Status: 'Inactive',
    }),
  )
  await assert.rejects(
    new STSClient(jo).send(new GetCallerIdentityCommand({})),
    named('InvalidClientTokenId'),
  )
  const { AccessKeyMetadata: [one, two] = [] } = await root.send(
    new iam.ListAccessKeysCommand({ UserName: 'jo', MaxItems: 1000 }),
  )
  assert.deepEqual(
    new Map([
      [one?.AccessKeyId, one?.Status],
      [two?.AccessKeyId, two?.Status],
    ]),
    new Map([
      [first?.AccessKeyId, 'Inactive'],
      [second?.AccessKeyId, 'Active'],
    ]),
  )
  await assert.rejects(
    root.send(
      new iam.DeleteAccessKeyCommand({ UserName: 'kept', AccessKeyId: first!.AccessKeyId! }),
    ),
    named('NoSuchEntity'),
  )
  await assert.rejects(
    root.send(
      new iam.DeleteAccessKeyCommand({ UserName: 'kept', AccessKeyId: 'AKIAKEPTKEPTKEPTKEP2' }),
    ),
    named('AccessDenied', /settings file/),
  )
  await assert.rejects(
    new iam.IAMClient(at.config(second!.AccessKeyId!, second!.SecretAccessKey!)).send(
      new iam.ListAccessKeysCommand({}),
    ),
    named('AccessDenied'),
  )
  const events = JSON.stringify(
    await at.events((records) =>
      records.some(
        ({ eventName, errorCode }) =>
          eventName === 'ListAccessKeys' && errorCode === 'AccessDenied',
      ),
    ),
  )
  assert.ok(!events.includes(first!.SecretAccessKey!), 'a secret is in no event')
})

test("root's own keys are not a user's, and keys of ten accounts do not mix", async () => {
  await using at = await opened()
  const { AccessKeyMetadata = [] } = await at.root.send(new iam.ListAccessKeysCommand({}))
  assert.deepEqual(
    AccessKeyMetadata.map(({ AccessKeyId, UserName }) => [AccessKeyId, UserName]),
    [['AKIAROOTROOTROOTROO2', 'root']],
  )
})

test('a role is made, changed and assumed, and its sessions end with it', async () => {
  await using at = await opened()
  const { root } = at
  const { Role } = await root.send(
    new iam.CreateRoleCommand({
      RoleName: 'Job',
      Path: '/batch/',
      AssumeRolePolicyDocument: trust,
      MaxSessionDuration: 7200,
      Description: 'nightly',
    }),
  )
  assert.deepEqual(
    [Role?.Arn, Role?.Description],
    [`arn:aws:iam::${account}:role/batch/Job`, 'nightly'],
  )
  await assert.rejects(
    root.send(new iam.CreateRoleCommand({ RoleName: 'JOB', AssumeRolePolicyDocument: trust })),
    named('EntityAlreadyExists'),
  )
  await assert.rejects(
    root.send(
      new iam.CreateRoleCommand({
        RoleName: 'x',
        AssumeRolePolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",' +
          '"Resource":"*"}]}',
      }),
    ),
    named('MalformedPolicyDocument', /line 1, column/),
  )
  await root.send(new iam.UpdateRoleCommand({ RoleName: 'Job', MaxSessionDuration: 3600 }))
  assert.equal(
    (
      await root.send(
        new iam.UpdateRoleDescriptionCommand({ RoleName: 'Job', Description: 'daily' }),
      )
    ).Role?.Description,
    'daily',
  )

  const kept = at.config('AKIAKEPTKEPTKEPTKEP2')
  await assert.rejects(
    new STSClient(kept).send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 's1' })),
    named('AccessDenied'),
  )
  const own = JSON.parse(trust)
  own.Statement[0].Principal.AWS = `arn:aws:iam::${account}:user/kept`
  await root.send(
    new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'Job', PolicyDocument: JSON.stringify(own) }),
  )
  const { Credentials } = await new STSClient(kept).send(
    new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 's1' }),
  )
  const session = {
    ...at.config(''),
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  }
  assert.ok(await new STSClient(session).send(new GetCallerIdentityCommand({})))
  await root.send(new iam.DeleteRoleCommand({ RoleName: 'Job' }))
  await root.send(
    new iam.CreateRoleCommand({
      RoleName: 'Job',
      Path: '/batch/',
      AssumeRolePolicyDocument: trust,
    }),
  )
  await assert.rejects(
    new STSClient(session).send(new GetCallerIdentityCommand({})),
    named('InvalidClientTokenId'),
  )
})

test('groups are renamed with their members and paged, and go when they are empty', async () => {
  await using at = await opened()
  const { root } = at
  for (const GroupName of ['alpha', 'beta', 'gamma'])
    await root.send(new iam.CreateGroupCommand({ GroupName, Path: '/x/' }))
  await root.send(new iam.CreateUserCommand({ UserName: 'jo' }))
  await root.send(new iam.AddUserToGroupCommand({ GroupName: 'beta', UserName: 'jo' }))
  await root.send(new iam.UpdateGroupCommand({ GroupName: 'beta', NewGroupName: 'Zeta' }))
  const first = await root.send(new iam.ListGroupsCommand({ PathPrefix: '/x/', MaxItems: 2 }))
  const rest = await root.send(
    new iam.ListGroupsCommand({ PathPrefix: '/x/', MaxItems: 2, Marker: first.Marker }),
  )
  assert.deepEqual(
    [...first.Groups!, ...rest.Groups!].map(({ GroupName }) => GroupName),
    ['alpha', 'gamma', 'Zeta'],
  )
  assert.deepEqual([first.IsTruncated, rest.IsTruncated], [true, false])
  await assert.rejects(
    root.send(new iam.DeleteGroupCommand({ GroupName: 'zeta' })),
    named('DeleteConflict'),
  )
  await root.send(new iam.RemoveUserFromGroupCommand({ GroupName: 'zeta', UserName: 'jo' }))
  await root.send(new iam.DeleteGroupCommand({ GroupName: 'zeta' }))
  await assert.rejects(
    root.send(new iam.GetGroupCommand({ GroupName: 'zeta' })),
    named('NoSuchEntity', /The group with name zeta cannot be found/),
  )
})

test('what the settings file put in place is not changed by the API', async () => {
  await using at = await opened()
  const { root } = at
  const fixed = named('AccessDenied', /put in place by the settings file/)
  await assert.rejects(root.send(new iam.DeleteUserCommand({ UserName: 'kept' })), fixed)
  await assert.rejects(
    root.send(new iam.UpdateUserCommand({ UserName: 'kept', NewUserName: 'x' })),
    fixed,
  )
  await assert.rejects(
    root.send(new iam.AddUserToGroupCommand({ GroupName: 'fixed', UserName: 'kept' })),
    fixed,
  )
  await assert.rejects(root.send(new iam.DeleteGroupCommand({ GroupName: 'fixed' })), fixed)
  await assert.rejects(root.send(new iam.DeleteRoleCommand({ RoleName: 'Kept' })), fixed)
  await assert.rejects(
    root.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'Kept', PolicyDocument: trust })),
    fixed,
  )
})

test('an account has one alias, that nobody else has', async () => {
  await using at = await opened()
  const { root } = at
  await assert.rejects(
    root.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'taken' })),
    named('EntityAlreadyExists'),
  )
  await root.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'first-name' }))
  await root.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'second-name' }))
  assert.deepEqual((await root.send(new iam.ListAccountAliasesCommand({}))).AccountAliases, [
    'second-name',
  ])
  await assert.rejects(
    root.send(new iam.DeleteAccountAliasCommand({ AccountAlias: 'first-name' })),
    named('NoSuchEntity'),
  )
  await root.send(new iam.DeleteAccountAliasCommand({ AccountAlias: 'second-name' }))
  assert.deepEqual((await root.send(new iam.ListAccountAliasesCommand({}))).AccountAliases, [])
})

test('the account summary tells every figure that AWS tells, by the same names', async () => {
  await using at = await opened()
  const { root } = at
  await root.send(
    new iam.CreatePolicyVersionCommand({
      PolicyArn: (
        await root.send(new iam.CreatePolicyCommand({ PolicyName: 'Two', PolicyDocument: look }))
      ).Policy!.Arn!,
      PolicyDocument: look,
    }),
  )
  await root.send(new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://idp.example.com' }))
  const { SummaryMap = {} } = await root.send(new iam.GetAccountSummaryCommand({}))
  assert.deepEqual(
    Object.keys(SummaryMap).toSorted(),
    iamService.shapes.summaryKeyType?.enum?.toSorted(),
  )
  const {
    Users,
    UsersQuota,
    Groups,
    Roles,
    Policies,
    PolicyVersionsInUse,
    Providers,
    AccountAccessKeysPresent,
    ServerCertificates,
  } = SummaryMap
  assert.deepEqual([Users, UsersQuota, Groups, Roles], [1, 5000, 1, 1])
  assert.deepEqual(
    [Policies, PolicyVersionsInUse, Providers, AccountAccessKeysPresent, ServerCertificates],
    [2, 3, 1, 1, 0],
  )
})

test('of twenty creations of one name at once exactly one succeeds', async () => {
  await using at = await opened()
  const tried = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      at.root.send(
        new iam.CreateRoleCommand({
          RoleName: i % 2 ? 'Same' : 'SAME',
          AssumeRolePolicyDocument: trust,
        }),
      ),
    ),
  )
  assert.equal(tried.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const one of tried)
    if (one.status === 'rejected')
      assert.ok(named('EntityAlreadyExists')(one.reason), String(one.reason))
})
