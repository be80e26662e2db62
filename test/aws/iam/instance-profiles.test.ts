import assert from 'node:assert/strict'
import { test } from 'node:test'
import { document } from '../../sessions/scene.ts'
import { account, allow, codeOf, policy, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
})
const web = { InstanceProfileName: 'Web' }
const app = { RoleName: 'App' }

async function open() {
  const at = await openIam()
  await at.call('CreateRole', {
    ...app,
    Path: '/apps/',
    Description: 'runs',
    MaxSessionDuration: '7200',
    AssumeRolePolicyDocument: trust,
  })
  await at.call('CreateInstanceProfile', { ...web, Path: '/fleet/' })
  return at
}

test('a profile is made with path and tags, told whole, listed without tags', async () => {
  await using at = await open()
  const made = await at.call('CreateInstanceProfile', {
    InstanceProfileName: 'Batch',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'ops',
  })
  assert.match(
    made.body,
    new RegExp(
      '<InstanceProfile><Path>/</Path><InstanceProfileName>Batch</InstanceProfileName>' +
        '<InstanceProfileId>AIPA[A-Z2-7]{17}</InstanceProfileId>' +
        `<Arn>${arnOf('instance-profile/Batch')}` +
        '</Arn><CreateDate>[^<]*</CreateDate><Roles></Roles>' +
        '<Tags><member><Key>team</Key><Value>ops</Value></member></Tags></InstanceProfile>',
    ),
  )
  assert.deepEqual(
    texts(await at.call('GetInstanceProfile', { InstanceProfileName: 'BATCH' }), 'Key'),
    ['team'],
  )
  const listed = await at.call('ListInstanceProfiles')
  assert.deepEqual(texts(listed, 'InstanceProfileName'), ['Batch', 'Web'])
  assert.deepEqual(texts(listed, 'Key'), [])
  const fleet = await at.call('ListInstanceProfiles', { PathPrefix: '/fleet/' })
  assert.deepEqual(texts(fleet, 'Arn'), [arnOf('instance-profile/fleet/Web')])
  const first = await at.call('ListInstanceProfiles', { MaxItems: '1' })
  const Marker = texts(first, 'Marker')[0]!
  assert.deepEqual(
    texts(await at.call('ListInstanceProfiles', { Marker }), 'InstanceProfileName'),
    ['Web'],
  )
  assert.match((await at.call('GetAccountSummary')).body, /InstanceProfiles<\/key><value>2</)
  assert.deepEqual(at.bugs, [])
})

test('a profile holds one role, told as the service tells it; both hold each other', async () => {
  await using at = await open()
  const both = { ...web, ...app }
  assert.equal(await at.outcome('AddRoleToInstanceProfile', both), '200')
  const told = await at.call('GetInstanceProfile', web)
  assert.deepEqual(texts(told, 'RoleName'), ['App'])
  assert.deepEqual(texts(told, 'Arn'), [
    arnOf('instance-profile/fleet/Web'),
    arnOf('role/apps/App'),
  ])
  assert.deepEqual(texts(told, 'MaxSessionDuration'), [])
  assert.deepEqual(texts(told, 'Description'), [])
  const ofRole = await at.call('ListInstanceProfilesForRole', { RoleName: 'APP' })
  assert.deepEqual(texts(ofRole, 'InstanceProfileName'), ['Web'])
  const full = 'LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1'
  assert.equal(await at.outcome('AddRoleToInstanceProfile', both), full)
  const held =
    'DeleteConflict: Cannot delete entity, must remove roles from instance profile first.'
  assert.equal(await at.outcome('DeleteInstanceProfile', web), held)
  assert.equal(await at.outcome('DeleteRole', app), held)
  assert.equal(await at.outcome('RemoveRoleFromInstanceProfile', both), '200')
  assert.match(
    await at.outcome('RemoveRoleFromInstanceProfile', both),
    /^NoSuchEntity: Role App in/,
  )
  assert.deepEqual(
    texts(await at.call('ListInstanceProfilesForRole', app), 'InstanceProfileName'),
    [],
  )
  assert.equal(await at.outcome('DeleteRole', app), '200')
  assert.equal(await at.outcome('DeleteInstanceProfile', web), '200')
})

test('names are unique in any case; what is not there is told by its name', async () => {
  await using at = await open()
  assert.equal(
    await at.outcome('CreateInstanceProfile', { InstanceProfileName: 'WEB', Path: '/other/' }),
    'EntityAlreadyExists: Instance Profile WEB already exists.',
  )
  const none = { InstanceProfileName: 'None' }
  for (const [action, more] of [
    ['GetInstanceProfile', {}],
    ['DeleteInstanceProfile', {}],
    ['AddRoleToInstanceProfile', app],
    ['RemoveRoleFromInstanceProfile', app],
  ] as const)
    assert.equal(
      await at.outcome(action, { ...none, ...more }),
      'NoSuchEntity: Instance Profile None cannot be found.',
    )
  for (const action of ['AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'])
    assert.equal(
      await at.outcome(action, { ...web, RoleName: 'None' }),
      'NoSuchEntity: The role with name None cannot be found.',
    )
  assert.match(await at.outcome('ListInstanceProfilesForRole', { RoleName: 'None' }), /^NoSuchEnt/)
  assert.match(
    await at.outcome('CreateInstanceProfile', { InstanceProfileName: 'a b' }),
    /^ValidationError: The specified value for instanceProfileName is invalid\./,
  )
})

test('adding a role needs the permission to pass it to EC2, removing it does not', async () => {
  await using at = await open()
  const on = arnOf('instance-profile/fleet/*')
  const profiles = { Effect: 'Allow', Action: 'iam:*InstanceProfile', Resource: on }
  const pass = (PassedTo: string) => ({
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: arnOf('role/apps/*'),
    Condition: { StringEquals: { 'iam:PassedToService': PassedTo } },
  })
  const may = (...Statement: object[]) =>
    at.as(
      userCaller({
        layers: { identity: [policy('identity', { Version: '2012-10-17', Statement })] },
      }),
    )
  const both = { ...web, ...app }
  for (const call of [
    may(profiles),
    may(profiles, pass('lambda.amazonaws.com')),
    may(pass('ec2.amazonaws.com')),
  ])
    assert.equal(codeOf(await call('AddRoleToInstanceProfile', both)), 'AccessDenied')
  const allowed = may(profiles, pass('ec2.amazonaws.com'))
  assert.equal((await allowed('AddRoleToInstanceProfile', both)).status, 200)
  assert.equal((await may(profiles)('RemoveRoleFromInstanceProfile', both)).status, 200)
  const nobody = at.as(userCaller({ layers: { identity: [allow('s3:*')] } }))
  for (const [action, input] of [
    ['CreateInstanceProfile', { InstanceProfileName: 'New' }],
    ['DeleteInstanceProfile', web],
    ['GetInstanceProfile', { InstanceProfileName: 'None' }],
    ['ListInstanceProfiles', {}],
    ['ListInstanceProfilesForRole', app],
    ['RemoveRoleFromInstanceProfile', both],
  ] as const)
    assert.equal(codeOf(await nobody(action, input)), 'AccessDenied', action)
})

test('a role that the settings drop leaves its profiles: a namesake is in none', async () => {
  const roles = [{ name: 'Fixed', trustPolicy: trust }]
  await using at = await openIam({ settings: { roles } })
  await at.call('CreateInstanceProfile', web)
  const both = { ...web, RoleName: 'Fixed' }
  assert.equal(await at.outcome('AddRoleToInstanceProfile', both), '200')
  await at.put({ roles })
  assert.deepEqual(texts(await at.call('GetInstanceProfile', web), 'RoleName'), ['Fixed'])
  await at.put({ roles: [] })
  await at.put({ roles })
  assert.deepEqual(texts(await at.call('GetInstanceProfile', web), 'RoleName'), [])
  assert.equal(await at.store.reads.countLinked('instanceProfile', account, 'role/fixed'), 0)
})
