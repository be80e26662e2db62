import assert from 'node:assert/strict'
import { test } from 'node:test'
import { document } from '../../sessions/scene.ts'
import { account, allow, codeOf, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

type Parameters = Readonly<Record<string, string>>
const details = 'GetAccountAuthorizationDetails'
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const own = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const filter = (...kinds: readonly string[]): Parameters =>
  Object.fromEntries(kinds.map((kind, at) => [`Filter.member.${at + 1}`, kind]))

async function open() {
  const at = await openIam()
  await at.call('CreatePolicy', { PolicyName: 'Reads', Path: '/p/', PolicyDocument: own })
  const reads = arnOf('policy/p/Reads')
  await at.make('group', { name: 'Ops', inlinePolicies: { Run: own }, attachedPolicies: [reads] })
  await at.make('user', {
    name: 'Ann',
    path: '/staff/',
    inlinePolicies: { Own: own },
    groups: ['ops'],
    permissionsBoundary: reads,
    tags: [{ Key: 'team', Value: 'db' }],
  })
  await at.make('user', { name: 'bob' })
  await at.make('role', { name: 'App', trustPolicy: trust, attachedPolicies: [reads] })
  await at.call('CreateInstanceProfile', { InstanceProfileName: 'Fleet' })
  await at.call('AddRoleToInstanceProfile', { InstanceProfileName: 'Fleet', RoleName: 'App' })
  return at
}
/** The text of the first element of that name. */
const within = (body: string, element: string) =>
  new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(body)?.[1] ?? ''

test('users, groups, roles and policies are told with all that each of them holds', async () => {
  await using at = await open()
  const { body } = await at.call(details)
  const text = encodeURIComponent(own).replaceAll('*', '%2A')
  const users = within(body, 'UserDetailList')
  assert.ok(
    users.includes(
      `<Arn>${arnOf('user/staff/Ann')}</Arn>` +
        '<CreateDate>2026-03-04T05:06:07Z</CreateDate>' +
        '<UserPolicyList><member><PolicyName>Own</PolicyName>' +
        `<PolicyDocument>${text}</PolicyDocument></member></UserPolicyList>` +
        '<GroupList><member>Ops</member></GroupList>' +
        '<AttachedManagedPolicies></AttachedManagedPolicies>' +
        '<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>' +
        `<PermissionsBoundaryArn>${arnOf('policy/p/Reads')}</PermissionsBoundaryArn>` +
        '</PermissionsBoundary><Tags><member><Key>team</Key><Value>db</Value></member></Tags>',
    ),
    users,
  )
  assert.equal(users.match(/<UserPolicyList>/g)?.length, 1)
  const attached =
    '<AttachedManagedPolicies><member><PolicyName>Reads</PolicyName>' +
    `<PolicyArn>${arnOf('policy/p/Reads')}</PolicyArn></member></AttachedManagedPolicies>`
  const groups = within(body, 'GroupDetailList')
  assert.match(groups, /<GroupPolicyList><member><PolicyName>Run<\/PolicyName>/)
  assert.ok(groups.includes(attached))
  const roles = within(body, 'RoleDetailList')
  assert.ok(roles.includes(attached))
  assert.match(roles, /<InstanceProfileName>Fleet<\/InstanceProfileName>/)
  assert.match(roles, /<RolePolicyList><\/RolePolicyList>/)
  assert.match(roles, /<AssumeRolePolicyDocument>%7B/)
  const policies = within(body, 'Policies')
  assert.match(policies, /<AttachmentCount>2<\/AttachmentCount>/)
  assert.match(policies, /<PermissionsBoundaryUsageCount>1<\/PermissionsBoundaryUsageCount>/)
  assert.ok(
    policies.includes(
      `<PolicyVersionList><member><Document>${text}</Document><VersionId>v1</VersionId>` +
        '<IsDefaultVersion>true</IsDefaultVersion>',
    ),
    policies,
  )
  assert.match(body, /<IsTruncated>false<\/IsTruncated>/)
  assert.deepEqual(at.bugs, [])
})

test('a filter tells some kinds only', async () => {
  await using at = await open()
  const names = async (...kinds: readonly string[]) => {
    const { body } = await at.call(details, filter(...kinds))
    return ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'].filter((list) =>
      within(body, list).includes('<member>'),
    )
  }
  assert.deepEqual(await names('User'), ['UserDetailList'])
  assert.deepEqual(await names('Role', 'Group'), ['GroupDetailList', 'RoleDetailList'])
  assert.deepEqual(await names('LocalManagedPolicy'), ['Policies'])
  assert.match(await at.outcome(details, filter('Key')), /^ValidationError.*AWSManagedPolicy/)
})

test('pages go on over the kinds: everything is told once, whatever their size', async () => {
  await using at = await open()
  const arns = async (more: Parameters) => {
    const told: string[] = []
    for (let marker: Parameters = {}; ; ) {
      const answer = await at.call(details, { ...more, ...marker })
      const { body } = answer
      for (const [list, element] of [
        ['UserDetailList', 'UserName'],
        ['GroupDetailList', 'GroupName'],
        ['RoleDetailList', 'RoleId'],
        ['Policies', 'PolicyId'],
      ] as const)
        told.push(...texts({ body: within(body, list) }, element))
      assert.ok(told.length < 100)
      const [Marker] = texts(answer, 'Marker')
      if (Marker === undefined) return told
      marker = { Marker }
    }
  }
  const all = await arns({})
  assert.deepEqual(all.slice(0, 3), ['Ann', 'bob', 'Ops'])
  for (const MaxItems of ['1', '2', '3', '4', '5', '1000']) {
    const paged = await arns({ MaxItems })
    assert.deepEqual(paged.filter((name) => all.includes(name)).toSorted(), all.toSorted())
    assert.equal(new Set(paged).size, new Set(all).size)
  }
  for (const Marker of ['x', Buffer.from('key/ann').toString('base64url')])
    assert.match(await at.outcome(details, { Marker }), /^ValidationError: Invalid Marker/)
})

test('the preference for tokens of the global endpoint is kept and told', async () => {
  await using at = await openIam({ settings: { alias: 'acme' } })
  const version = async () =>
    /GlobalEndpointTokenVersion<\/key><value>(\d)/.exec(
      (await at.call('GetAccountSummary')).body,
    )?.[1]
  assert.equal(await version(), '2')
  const set = (GlobalEndpointTokenVersion: string) =>
    at.outcome('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion })
  assert.equal(await set('v1Token'), '200')
  await at.put({ alias: 'acme-corp' })
  assert.equal(await version(), '1')
  assert.match(await set('v3Token'), /^ValidationError/)
  assert.equal(await set('v2Token'), '200')
  assert.equal(await version(), '2')
})

test('policies that grant a service are told by kind, those of groups with theirs', async () => {
  await using at = await openIam()
  const s3 = (Action: string | string[], more = {}) =>
    document({ Effect: 'Allow', Action, Resource: '*', ...more })
  await at.call('CreatePolicy', { PolicyName: 'All', PolicyDocument: s3('*') })
  const but = document({ Effect: 'Allow', NotAction: ['s3:*', 'EC2:Run*'], Resource: '*' })
  await at.call('CreatePolicy', { PolicyName: 'But', PolicyDocument: but })
  const [all, rest] = [arnOf('policy/All'), arnOf('policy/But')]
  await at.make('group', {
    name: 'Ops',
    inlinePolicies: { Reads: s3('S3:Get*') },
    attachedPolicies: [all],
  })
  await at.make('user', {
    name: 'ann',
    inlinePolicies: {
      Denies: document({ Effect: 'Deny', Action: 's3:*', Resource: '*' }),
      Runs: s3(['ec2:RunInstances']),
    },
    attachedPolicies: [all, rest],
    groups: ['ops'],
  })
  const ask = (Arn: string, ...names: readonly string[]) =>
    at.call('ListPoliciesGrantingServiceAccess', {
      Arn,
      ...Object.fromEntries(names.map((name, n) => [`ServiceNamespaces.member.${n + 1}`, name])),
    })
  const answer = await ask(arnOf('user/ann'), 's3', 'ec2')
  const [ofS3 = '', ofEc2 = ''] = answer.body.split('<ServiceNamespace>ec2')
  assert.deepEqual(texts({ body: ofS3 }, 'PolicyName'), ['All', 'Reads'])
  assert.deepEqual(texts({ body: ofEc2 }, 'PolicyName'), ['Runs', 'All', 'But'])
  assert.match(
    ofS3,
    new RegExp(
      '<PolicyName>All</PolicyName><PolicyType>MANAGED</PolicyType>' +
        `<PolicyArn>${all}</PolicyArn></member>`,
    ),
  )
  assert.match(
    ofS3,
    new RegExp(
      '<PolicyName>Reads</PolicyName><PolicyType>INLINE</PolicyType>' +
        '<EntityType>GROUP</EntityType><EntityName>Ops</EntityName></member>',
    ),
  )
  const ofGroup = await ask(arnOf('group/Ops'), 'iam', 's3')
  assert.deepEqual(texts(ofGroup, 'PolicyName'), ['All', 'Reads', 'All'])
  assert.match((await ask(arnOf('user/eve'), 's3')).body, /NoSuchEntity/)
  assert.match((await ask(all, 's3')).body, /InvalidInput.*Invalid Entity Arn/)
  const may = at.as(
    userCaller({
      layers: { identity: [allow('iam:ListPoliciesGrantingServiceAccess', arnOf('group/*'))] },
    }),
  )
  const input = { Arn: arnOf('user/ann'), 'ServiceNamespaces.member.1': 's3' }
  assert.equal(codeOf(await may('ListPoliciesGrantingServiceAccess', input)), 'AccessDenied')
  for (const action of [details, 'SetSecurityTokenServicePreferences'])
    assert.equal(
      codeOf(await may(action, { GlobalEndpointTokenVersion: 'v1Token' })),
      'AccessDenied',
    )
})
