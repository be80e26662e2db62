import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateManagedPolicies } from '../../scripts/generate-managed-policies.ts'
import { patternsOf } from '../../scripts/managed-policies/patterns.ts'
import { decide } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { isReadyMade, managedPolicies, parseManaged } from '../../src/reference/managed-policies.ts'

const file = join(import.meta.dirname, '../../src/reference/managed-policies.gen.json')
const policies = await managedPolicies('aws')
const reference = await actionReference()
const arnOf = (name: string) => `arn:aws:iam::aws:policy/${name}`
const account = '111122223333'
const arn = `arn:aws:iam::${account}:user/ann`
const principal = { kind: 'user', arn, account, userArn: arn } as const

function allows(name: string, context: Readonly<Record<string, string>> = {}) {
  const found = policies.find(arnOf(name))
  assert.ok(found, name)
  const parsed = parseManaged('identity', found, found.document)
  assert.ok(parsed.ok, name)
  const identity = [parsed.policy]
  const keys = new Map(Object.entries(context).map(([key, value]) => [key, [value]]))
  return (action: string, resource = `arn:aws:x:::${account}`): boolean =>
    decide({ principal, action, resource, context: keys }, { identity }).effect === 'allow'
}
const everyAction = reference.services.flatMap((service) =>
  (reference.actions(service) ?? []).map((action) => ({ service, ...action })),
)

test('the ready-made policies are what the generator writes', async () => {
  const text = readFileSync(file, 'utf8')
  assert.ok(
    (await generateManagedPolicies(text, '2000-01-01')) === text,
    'managed-policies.gen.json is stale: node scripts/generate-managed-policies.ts',
  )
  assert.ok(statSync(file).size < 1_000_000)
})

test('a changed document gets the next version, one that is no longer made stays', async () => {
  const rows = JSON.parse(readFileSync(file, 'utf8'))
  const [, createdOn] = rows.AdministratorAccess
  const old = [4, '2001-01-01', '2002-02-02', 'Once.', '{"old":true}']
  const before = { ...rows, AdministratorAccess: old, AmazonGoneFullAccess: old }
  const after = JSON.parse(await generateManagedPolicies(JSON.stringify(before), '2030-03-03'))
  const [version, created, changed, , document] = after.AdministratorAccess
  assert.deepEqual([version, created, changed], [5, '2001-01-01', '2030-03-03'])
  assert.equal(document, rows.AdministratorAccess[4])
  assert.deepEqual(after.AmazonGoneFullAccess, old)
  assert.equal(after.AWSDenyAll[1], createdOn)
})

test('wildcards in lists of actions match nothing else', () => {
  const all = ['GetA', 'GetB', 'GetaCard', 'ListX', 'ListXAndY', 'PutA']
  assert.deepEqual(patternsOf('s', all, ['GetA', 'GetB', 'ListX', 'ListXAndY']), [
    's:GetA',
    's:GetB',
    's:List*',
  ])
  assert.deepEqual(patternsOf('s', all, []), [])
})

test('every policy is one that the engine reads, in every partition', async () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
    const { arns, find } = await managedPolicies(partition)
    assert.ok(arns.length > 900)
    for (const one of arns) {
      const { document } = find(one)!
      const parsed = parseManaged('identity', { arn: one }, document)
      assert.ok(parsed.ok, one)
      assert.ok(partition === 'aws' || !document.includes('"arn:aws:'), one)
    }
  }
})

test('a policy is found by its exact ARN', () => {
  assert.equal(policies.find(arnOf('job-function/Billing'))?.path, '/job-function/')
  for (const wrong of ['Billing', 'readonlyaccess', 'toString', '', 'job-function/', '__proto__'])
    assert.equal(policies.find(arnOf(wrong)), undefined, wrong)
  assert.equal(policies.find('arn:aws-cn:iam::aws:policy/ReadOnlyAccess'), undefined)
  assert.equal(isReadyMade(`arn:aws:iam::${account}:policy/ReadOnlyAccess`), false)
  assert.equal(isReadyMade('arn:aws:iam::aws:role/ReadOnlyAccess'), false)
})

test('who may look at everything changes nothing and gets no secret', () => {
  for (const name of ['ReadOnlyAccess', 'SecurityAudit', 'job-function/ViewOnlyAccess']) {
    const may = allows(name)
    for (const { service, name: action, level } of everyAction)
      assert.ok(
        level === 'List' || level === 'Read' || !may(`${service}:${action}`),
        `${name} allows ${service}:${action}`,
      )
    for (const secret of [
      'appsync:ListApiKeys',
      'auditmanager:GetEvidenceFileUploadUrl',
      'bedrock-agentcore:GetResourceApiKey',
      'cognito-idp:DescribeUserPoolClient',
      'emr-serverless:GetSessionEndpoint',
      'gamelift:GetComputeAccess',
      'geo:DescribeKey',
      'ivs:BatchGetStreamKey',
      'ivs:GetStreamKey',
      'quicksight:GetAuthCode',
      'snowball:GetJobUnlockCode',
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'ec2:GetPasswordData',
      'cognito-identity:GetCredentialsForIdentity',
      'kms:Decrypt',
      'lightsail:GetBucketAccessKeys',
      'ssm:ExecuteAPI',
      'states:RevealSecrets',
      'sts:AssumeRole',
      'sts:GetSessionToken',
      'gatehouse:Authorize',
      'gatehouse:FollowChanges',
    ])
      assert.equal(may(secret), false, `${name} allows ${secret}`)
  }
  const readsAll = allows('ReadOnlyAccess')
  for (const wanted of ['s3:GetObject', 'ec2:DescribeInstances', 'iam:GetRole', 'kms:DescribeKey'])
    assert.ok(readsAll(wanted), wanted)
  assert.equal(allows('job-function/ViewOnlyAccess')('s3:GetObject'), false)
})

test('reading policies of a service read it alone', () => {
  for (const name of ['AmazonS3ReadOnlyAccess', 'IAMReadOnlyAccess', 'AmazonSQSReadOnlyAccess']) {
    const may = allows(name)
    const allowed = everyAction.filter(({ service, name: action }) => may(`${service}:${action}`))
    assert.ok(allowed.length > 3, name)
    assert.deepEqual(
      allowed.filter(({ level }) => level !== 'List' && level !== 'Read'),
      [],
      name,
    )
  }
  assert.equal(allows('AmazonS3ReadOnlyAccess')('ec2:DescribeInstances'), false)
})

test('who may do everything but administer administers nothing', () => {
  const may = allows('PowerUserAccess')
  for (const no of [
    'account:CloseAccount',
    'gatehouse:Authorize',
    'gatehouse:FollowChanges',
    'gatehouse:CreateService',
    'gatehouse:DeleteService',
    'iam:CreateUser',
    'iam:PassRole',
    'organizations:CreateAccount',
    'sts:AssumeRoot',
    'sts:RevokeSessions',
  ])
    assert.equal(may(no), false, no)
  for (const yes of ['s3:DeleteBucket', 'sts:AssumeRole', 'iam:ListRoles', 'orders:Cancel'])
    assert.ok(may(yes), yes)
})

test('users look after their own password, keys and credentials, and nobody else’s', () => {
  for (const [name, action] of [
    ['IAMUserChangePassword', 'iam:ChangePassword'],
    ['IAMUserSSHKeys', 'iam:UploadSSHPublicKey'],
    ['IAMSelfManageServiceSpecificCredentials', 'iam:ResetServiceSpecificCredential'],
  ] as const) {
    const may = allows(name, { 'aws:username': 'ann' })
    assert.ok(may(action, arn), name)
    assert.equal(may(action, `arn:aws:iam::${account}:user/bob`), false, name)
  }
})

test('every service of the reference has a policy of its own', () => {
  const texts = policies.arns.map((one) => policies.find(one)!.document)
  for (const service of reference.services)
    if (service !== 'gatehouse')
      assert.ok(
        texts.some((text) => text.includes(`"${service}:*"`)),
        service,
      )
})
