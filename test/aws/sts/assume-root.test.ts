import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootSessionsCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { signInToken } from '../../journeys/broker.ts'
import { openRunning } from '../../journeys/running.ts'

const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "111122223333":
    rootAccessKeys: [{ accessKeyId: AKIAMANAGERMANAGERM2, secretAccessKey: ${secretAccessKey} }]
    users:
      admin:
        accessKeys: [{ accessKeyId: AKIAADMINADMINADMIN2, secretAccessKey: ${secretAccessKey} }]
        policies:
          Root:
            Version: "2012-10-17"
            Statement: [{ Effect: Allow, Action: "sts:AssumeRoot", Resource: "*" }]
      elsewhere:
        accessKeys: [{ accessKeyId: AKIAELSEELSEELSEELS2, secretAccessKey: ${secretAccessKey} }]
        policies:
          Root:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: "sts:AssumeRoot"
                Resource: "*"
                Condition: { StringNotEquals: { "aws:ResourceAccount": "444455556666" } }
  "444455556666":
    rootManagedBy: "111122223333"
    users:
      victim:
        accessKeys: [{ accessKeyId: AKIAVICTIMVICTIMVIC2, secretAccessKey: ${secretAccessKey} }]
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
  "777788889999": {}
`
const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` })
const named = (name: string) => (error: Error) => error.name === name

interface RootKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The managing account's administrator at a server of its own. */
async function openManager() {
  const running = await openRunning(settings)
  const config = (credentials: RootKeys) => ({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
  })
  const sts = new STSClient(config({ accessKeyId: 'AKIAADMINADMINADMIN2', secretAccessKey }))
  const assume = async (TargetPrincipal: string, name: string, DurationSeconds?: number) => {
    const { Credentials } = await sts.send(
      new AssumeRootCommand({
        TargetPrincipal,
        TaskPolicyArn: task(name),
        ...(DurationSeconds !== undefined && { DurationSeconds }),
      }),
    )
    return {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
  }
  const { origin } = running
  return { origin, config, assume, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

test('root of a member is for its managing account, for known tasks of 15 minutes', async () => {
  await using manager = await openManager()
  const { assume } = manager
  for (const target of ['777788889999', '999900001111'])
    await assert.rejects(
      assume(target, 'IAMAuditRootUserCredentials'),
      named('AccessDenied'),
      target,
    )
  await assert.rejects(assume('444455556666', 'Everything'), named('ValidationError'))
  await assert.rejects(assume('4444', 'IAMAuditRootUserCredentials'), named('ValidationError'))
  await assert.rejects(
    assume('444455556666', 'IAMAuditRootUserCredentials', 901),
    named('ValidationError'),
  )
})

test('a managing account does one root task in a member, and nothing else', async () => {
  await using manager = await openManager()
  const { origin, config, assume } = manager
  const keys = await assume('arn:aws:iam::444455556666:root', 'IAMAuditRootUserCredentials', 900)
  const [rootSts, rootIam] = [new STSClient(config(keys)), new IAMClient(config(keys))]
  assert.equal(
    (await rootSts.send(new GetCallerIdentityCommand({}))).Arn,
    'arn:aws:iam::444455556666:root',
  )
  assert.deepEqual(
    (await rootIam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata?.map(
      ({ AccessKeyId }) => AccessKeyId,
    ),
    ['AKIAROOTROOTROOTROO2'],
  )
  await assert.rejects(
    rootIam.send(new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAROOTROOTROOTROO2' })),
    named('AccessDenied'),
  )
  await assert.rejects(
    rootIam.send(new CreateUserCommand({ UserName: 'x' })),
    named('AccessDenied'),
  )
  await assert.rejects(
    rootSts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::444455556666:role/x', RoleSessionName: 'no' }),
    ),
    named('AccessDenied'),
  )
  assert.equal(
    (
      await signInToken(origin, {
        AccessKeyId: keys.accessKeyId,
        SecretAccessKey: keys.secretAccessKey,
        SessionToken: keys.sessionToken,
      })
    ).status,
    400,
  )
})

test('a root task is about root alone', async () => {
  await using manager = await openManager()
  const { config, assume } = manager
  const deletingIam = new IAMClient(
    config(await assume('444455556666', 'IAMDeleteRootUserCredentials')),
  )
  for (const ofUser of [
    new ListAccessKeysCommand({ UserName: 'victim' }),
    new DeleteAccessKeyCommand({ UserName: 'victim', AccessKeyId: 'AKIAVICTIMVICTIMVIC2' }),
  ] as const) {
    await assert.rejects(deletingIam.send(ofUser as ListAccessKeysCommand), named('AccessDenied'))
  }
})

test("policies see the member's account", async () => {
  await using running = await openRunning(settings)
  const sts = new STSClient({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAELSEELSEELSEELS2', secretAccessKey },
  })
  await assert.rejects(
    sts.send(
      new AssumeRootCommand({
        TargetPrincipal: '444455556666',
        TaskPolicyArn: task('IAMAuditRootUserCredentials'),
      }),
    ),
    named('AccessDenied'),
  )
})

test("the managing account's root user is refused, by its keys and by its sessions", async () => {
  await using running = await openRunning(settings)
  const client = (credentials: {
    accessKeyId: string
    secretAccessKey: string
    sessionToken?: string
  }) =>
    new STSClient({ endpoint: running.origin, region: 'us-east-1', maxAttempts: 1, credentials })
  const root = client({ accessKeyId: 'AKIAMANAGERMANAGERM2', secretAccessKey })
  const { Credentials: given } = await root.send(new GetSessionTokenCommand({}))
  const session = client({
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  })
  for (const sts of [root, session]) {
    for (const TargetPrincipal of ['444455556666', '111122223333', '999900001111']) {
      await assert.rejects(
        sts.send(
          new AssumeRootCommand({
            TargetPrincipal,
            TaskPolicyArn: task('IAMAuditRootUserCredentials'),
          }),
        ),
        named('AccessDenied'),
        TargetPrincipal,
      )
    }
  }
})

test('a feature that is switched off refuses its root tasks and no others', async () => {
  await using manager = await openManager()
  const { assume, config } = manager
  const member = '444455556666'
  const iam = new IAMClient(config({ accessKeyId: 'AKIAMANAGERMANAGERM2', secretAccessKey }))
  await iam.send(new DisableOrganizationsRootSessionsCommand({}))
  for (const name of ['S3UnlockBucketPolicy', 'SQSUnlockQueuePolicy'])
    await assert.rejects(assume(member, name), named('AccessDenied'))
  await assume(member, 'IAMAuditRootUserCredentials')
  await iam.send(new DisableOrganizationsRootCredentialsManagementCommand({}))
  await iam.send(new EnableOrganizationsRootSessionsCommand({}))
  for (const name of [
    'IAMAuditRootUserCredentials',
    'IAMCreateRootUserPassword',
    'IAMDeleteRootUserCredentials',
  ])
    await assert.rejects(assume(member, name), named('AccessDenied'))
  await assume(member, 'SQSUnlockQueuePolicy')
})
