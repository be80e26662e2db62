import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readyMadePolicy } from '../../../src/aws/iam/managed-policies/ready-made-policy.ts'
import { decide } from '../../../src/policy/index.ts'
import { createPolicyReader } from '../../../src/sessions/principal-policies.ts'
import { document } from '../../sessions/scene.ts'
import { account, codeOf, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
const billing = 'arn:aws:iam::aws:policy/job-function/Billing'
const ofService = 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy'
const rootTask = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy'
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const asking = (...actions: readonly string[]) =>
  Object.fromEntries(actions.map((action, at) => [`ActionNames.member.${at + 1}`, action]))

test('a ready-made policy is told as AWS tells its own', async () => {
  await using at = await openIam()
  const { body } = await at.call('GetPolicy', { PolicyArn: billing })
  assert.match(
    body,
    new RegExp(
      '<Policy><PolicyName>Billing</PolicyName><PolicyId>ANPA[A-Z2-7]{17}</PolicyId>' +
        `<Arn>${billing}</Arn><Path>/job-function/</Path><DefaultVersionId>v1</DefaultVersionId>` +
        '<AttachmentCount>0</AttachmentCount><PermissionsBoundaryUsageCount>0' +
        '</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable><Description>',
    ),
  )
  const again = await at.call('GetPolicy', { PolicyArn: billing })
  assert.deepEqual(texts(again, 'PolicyId'), texts({ body }, 'PolicyId'))
  const versions = await at.call('ListPolicyVersions', { PolicyArn: admin })
  assert.deepEqual(texts(versions, 'VersionId'), ['v1'])
  const version = await at.call('GetPolicyVersion', { PolicyArn: admin, VersionId: 'v1' })
  assert.deepEqual(JSON.parse(decodeURIComponent(texts(version, 'Document')[0]!)).Statement, [
    { Effect: 'Allow', Action: ['*'], Resource: '*' },
  ])
  assert.match(
    await at.outcome('GetPolicyVersion', { PolicyArn: admin, VersionId: 'v9' }),
    /^NoSuchEntity: Policy \S+ version v9 does not exist/,
  )
  const task = await at.call('GetPolicy', { PolicyArn: rootTask })
  assert.deepEqual(texts(task, 'IsAttachable'), ['false'])
  assert.deepEqual(texts(await at.call('ListPolicyTags', { PolicyArn: admin }), 'Key'), [])
  assert.deepEqual(at.bugs, [])
})

test('nothing changes a ready-made policy', async () => {
  await using at = await openIam()
  const PolicyArn = admin
  for (const [action, more] of [
    ['CreatePolicyVersion', { PolicyDocument: document({ Effect: 'Deny', Action: '*' }) }],
    ['DeletePolicy', {}],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }],
    ['UntagPolicy', { 'TagKeys.member.1': 'a' }],
  ] as const)
    assert.equal(
      await at.outcome(action, { PolicyArn, ...more }),
      'AccessDenied: Policy is outside your own account.',
      action,
    )
  assert.equal(await at.store.reads.count('policy', account), 0)
})

test('it is attached, limits, and is counted in the account alone', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'Ann' })
  await at.make('group', { name: 'Ops' })
  await at.make('role', { name: 'App', trustPolicy: trust })
  const PolicyArn = readOnly
  for (const [action, more] of [
    ['AttachUserPolicy', { UserName: 'Ann' }],
    ['AttachGroupPolicy', { GroupName: 'Ops' }],
    ['AttachRolePolicy', { RoleName: 'App' }],
  ] as const)
    assert.equal(await at.outcome(action, { PolicyArn, ...more }), '200')
  const bounded = { RoleName: 'App', PermissionsBoundary: readOnly }
  assert.equal(await at.outcome('PutRolePermissionsBoundary', bounded), '200')
  const told = await at.call('GetPolicy', { PolicyArn })
  assert.deepEqual(
    [texts(told, 'AttachmentCount'), texts(told, 'PermissionsBoundaryUsageCount')],
    [['3'], ['1']],
  )
  const entities = await at.call('ListEntitiesForPolicy', { PolicyArn })
  assert.deepEqual(
    ['GroupName', 'UserName', 'RoleName'].map((name) => texts(entities, name)),
    [['Ops'], ['Ann'], ['App']],
  )
  const attached = await at.call('ListAttachedUserPolicies', { UserName: 'Ann' })
  assert.deepEqual(texts(attached, 'PolicyArn'), [readOnly])
  const details = await at.call('GetAccountAuthorizationDetails', {
    'Filter.member.1': 'AWSManagedPolicy',
  })
  assert.deepEqual(texts(details, 'Arn'), [readOnly])
  assert.equal(await at.outcome('DetachUserPolicy', { PolicyArn, UserName: 'Ann' }), '200')
  assert.deepEqual(texts(await at.call('GetPolicy', { PolicyArn }), 'AttachmentCount'), ['2'])
  assert.deepEqual(at.bugs, [])
})

test('policies of services and of root tasks are attached to nobody', async () => {
  await using at = await openIam()
  await at.make('role', { name: 'App', trustPolicy: trust })
  const RoleName = 'App'
  assert.equal(
    await at.outcome('AttachRolePolicy', { RoleName, PolicyArn: ofService }),
    'PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.',
  )
  assert.equal(
    await at.outcome('AttachRolePolicy', { RoleName, PolicyArn: rootTask }),
    `PolicyNotAttachable: Policy ${rootTask} is not attachable.`,
  )
  assert.match(
    await at.outcome('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: ofService }),
    /^NoSuchEntity: Scope ARN: /,
  )
  for (const PolicyArn of [
    'arn:aws:iam::aws:policy/readonlyaccess',
    'arn:aws:iam::aws:policy/job-function/ReadOnlyAccess',
    'arn:aws:iam::aws:policy/__proto__',
  ])
    assert.equal(
      await at.outcome('AttachRolePolicy', { RoleName, PolicyArn }),
      `NoSuchEntity: Policy ${PolicyArn} does not exist or is not attachable.`,
    )
  for (const PolicyArn of [
    'arn:aws-cn:iam::aws:policy/ReadOnlyAccess',
    'arn:aws:iam:us-east-1:aws:policy/ReadOnlyAccess',
  ])
    assert.match(await at.outcome('AttachRolePolicy', { RoleName, PolicyArn }), /^ValidationError:/)
  await at.call('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' })
  const linked = { RoleName: 'AWSServiceRoleForECS' }
  const held = await at.call('ListAttachedRolePolicies', linked)
  assert.deepEqual(texts(held, 'PolicyArn'), [ofService])
  assert.equal(
    codeOf(await at.call('DetachRolePolicy', { ...linked, PolicyArn: ofService })),
    'UnmodifiableEntity',
  )
})

test('another partition has the same policies under its own ARNs', async () => {
  const call = { account, caller: userCaller({ partition: 'aws-cn' }) }
  const found = await readyMadePolicy('arn:aws-cn:iam::aws:policy/IAMUserChangePassword', call)
  assert.match(found?.versions[0]?.document ?? '', /"arn:aws-cn:iam::\*:user\//)
  assert.equal(await readyMadePolicy(readOnly, call), undefined)
})

test('the list has those of the account, then the ready-made ones, page by page', async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', { PolicyName: 'Own', PolicyDocument: document({}) })
  const own = { PolicyName: 'Zed', PolicyDocument: document({ Effect: 'Allow', Action: '*' }) }
  assert.equal(codeOf(await at.call('CreatePolicy', own)), 'MalformedPolicyDocument')
  const PolicyDocument = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await at.call('CreatePolicy', { ...own, PolicyDocument })
  await at.make('group', { name: 'Ops', attachedPolicies: [billing, arnOf('policy/Zed')] })
  const names = async (parameters: Readonly<Record<string, string>>) =>
    texts(await at.call('ListPolicies', parameters), 'PolicyName')
  assert.deepEqual(await names({ Scope: 'Local' }), ['Zed'])
  assert.deepEqual(await names({ OnlyAttached: 'true' }), ['Zed', 'Billing'])
  assert.deepEqual(await names({ Scope: 'AWS', OnlyAttached: 'true' }), ['Billing'])
  const jobs = await names({ Scope: 'AWS', PathPrefix: '/job-function/' })
  assert.deepEqual([jobs.length, jobs[0]], [7, 'Billing'])
  const seen: string[] = []
  let pages = 0
  for (let Marker: string | undefined; ; pages++) {
    const page = await at.call('ListPolicies', { MaxItems: '400', ...(Marker && { Marker }) })
    seen.push(...texts(page, 'Arn'))
    Marker = texts(page, 'Marker')[0]
    if (Marker === undefined) break
  }
  assert.equal(pages, 2)
  assert.equal(new Set(seen).size, seen.length)
  assert.ok(seen.length > 900)
  assert.deepEqual([seen[0], seen.includes(readOnly)], [arnOf('policy/Zed'), true])
})

test('simulator and granted services see it, and the settings file may name it', async () => {
  const attachedPolicies = ['arn:aws:iam::aws:policy/PowerUserAccess']
  const wrong = ['arn:aws-cn:iam::aws:policy/AdministratorAccess']
  await using at = await openIam({
    settings: {
      users: [{ name: 'Ann', attachedPolicies }],
      roles: [{ name: 'Lost', trustPolicy: trust, attachedPolicies: wrong }],
    },
  })
  const simulated = await at.call('SimulatePrincipalPolicy', {
    PolicySourceArn: arnOf('user/Ann'),
    ...asking('s3:PutObject', 'iam:CreateUser', 'sts:AssumeRoot', 'gatehouse:Authorize'),
  })
  assert.deepEqual(texts(simulated, 'EvalDecision'), [
    'allowed',
    'implicitDeny',
    'implicitDeny',
    'implicitDeny',
  ])
  assert.deepEqual(texts(simulated, 'SourcePolicyId'), ['PowerUserAccess'])
  const granting = await at.call('ListPoliciesGrantingServiceAccess', {
    Arn: arnOf('user/Ann'),
    'ServiceNamespaces.member.1': 's3',
  })
  assert.deepEqual(texts(granting, 'PolicyArn'), attachedPolicies)
  const lost = await at.call('SimulatePrincipalPolicy', {
    PolicySourceArn: arnOf('role/Lost'),
    ...asking('s3:PutObject'),
  })
  assert.deepEqual(texts(lost, 'EvalDecision'), ['explicitDeny'], 'of another partition: none')
})

test('long ready-made policies decide, in simulations as at run time', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'Ann', attachedPolicies: [readOnly] })
  const simulated = await at.call('SimulatePrincipalPolicy', {
    PolicySourceArn: arnOf('user/Ann'),
    ...asking('s3:GetObject', 's3:PutObject', 'secretsmanager:GetSecretValue'),
  })
  assert.deepEqual(texts(simulated, 'EvalDecision'), ['allowed', 'implicitDeny', 'implicitDeny'])
  const record = await at.store.reads.find('user', account, 'ann')
  const reader = createPolicyReader(at.store)
  const { identity } = await reader.ofUser(record!)
  const principal = { kind: 'user', arn: arnOf('user/Ann'), account } as const
  const may = (action: string) =>
    decide({ principal, action, resource: '*', context: new Map() }, { identity }).effect
  assert.deepEqual([may('s3:GetObject'), may('s3:PutObject')], ['allow', 'implicit-deny'])
  const elsewhere = await reader.managed('identity', '444455556666', readOnly)
  assert.equal(elsewhere.statements[0]?.effect, 'Deny', 'of an account that is not there')
})
