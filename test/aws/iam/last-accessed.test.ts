import assert from 'node:assert/strict'
import { test } from 'node:test'
import { existingJob, keepJob } from '../../../src/aws/iam/last-accessed/job.ts'
import { AwsFault, type AwsFaultCode } from '../../../src/kernel/aws-fault.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import { document } from '../../sessions/scene.ts'
import { account, allow, codeOf, now, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

type At = Awaited<ReturnType<typeof openIam>>
type Parameters = Readonly<Record<string, string>>
const details = 'GetServiceLastAccessedDetails'
const withEntities = `${details}WithEntities`
const may = (...Action: readonly string[]) => document({ Effect: 'Allow', Action, Resource: '*' })
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const ann = arnOf('user/Ann')

/** A caller with the unique id of an entity that the scene made, who may do nothing. */
const as = (at: At, name: string) =>
  at.as(
    userCaller({
      principal: { kind: 'user', arn: arnOf(`user/${name}`), account, entityId: `ID${name}` },
      layers: { identity: [] },
    }),
  )

async function open() {
  const orders = {
    prefix: 'orders',
    actions: new Map([['cancelorder', { name: 'orders:CancelOrder' }]]),
  }
  const at = await openIam({ ownServices: async () => [orders] })
  await at.make('group', { name: 'Ops', inlinePolicies: { Read: may('iam:Get*') } })
  await at.make('user', {
    name: 'Ann',
    inlinePolicies: { Own: may('iam:List*', 's3:*', 'orders:*') },
    groups: ['ops'],
  })
  await at.make('user', { name: 'Bob', groups: ['ops'] })
  await at.make('role', { name: 'App', trustPolicy: trust, inlinePolicies: { Own: may('sts:*') } })
  return at
}
async function jobOf(at: At, Arn: string, more: Parameters = {}): Promise<string> {
  const answer = await at.call('GenerateServiceLastAccessedDetails', { Arn, ...more })
  assert.equal(answer.status, 200, answer.body)
  return texts(answer, 'JobId')[0]!
}

test('a user is told the services of the policies, and when each was tried last', async () => {
  await using at = await open()
  assert.equal(codeOf(await as(at, 'Ann')('ListRoles')), 'AccessDenied', 'a refused try counts')
  const JobId = await jobOf(at, ann)
  assert.match(JobId, /^[0-9a-f-]{36}$/)
  const answer = await at.call(details, { JobId })
  assert.deepEqual(texts(answer, 'JobStatus'), ['COMPLETED'])
  assert.deepEqual(texts(answer, 'JobType'), ['SERVICE_LEVEL'])
  assert.deepEqual(texts(answer, 'ServiceNamespace'), ['iam', 'orders', 's3'])
  assert.deepEqual(texts(answer, 'ServiceName'), [
    'AWS Identity and Access Management (IAM)',
    'orders',
    'Amazon S3',
  ])
  assert.deepEqual(texts(answer, 'TotalAuthenticatedEntities'), ['1', '0', '0'])
  assert.deepEqual(texts(answer, 'LastAuthenticated'), ['2026-03-04T05:06:07Z'])
  assert.deepEqual(texts(answer, 'LastAuthenticatedEntity'), [ann])
  assert.deepEqual(texts(answer, 'LastAuthenticatedRegion').length, 1)
  assert.doesNotMatch(answer.body, /TrackedActions/)
  assert.deepEqual(at.bugs, [])
})

test('by action it is told for what Gatehouse answers, as far as policies allow', async () => {
  await using at = await open()
  await as(at, 'Ann')('ListRoles')
  const caller = { account, principal: { kind: 'user', arn: ann, account, entityId: 'IDAnn' } }
  const asked = { service: 'orders', action: 'CancelOrder', region: 'eu-west-1' }
  at.lastAccessed.note(caller as never, asked, new Date('2026-03-01T00:00:00Z'))
  const JobId = await jobOf(at, ann, { Granularity: 'ACTION_LEVEL' })
  const { body } = await at.call(details, { JobId })
  assert.match(body, /<JobType>ACTION_LEVEL<\/JobType>/)
  const actions = texts({ body }, 'ActionName')
  assert.ok(actions.includes('ListRoles') && actions.includes('GetRole'))
  assert.ok(!actions.includes('CreateRole') && !actions.includes('PutObject'))
  assert.match(
    body,
    new RegExp(
      '<member><ActionName>CancelOrder</ActionName>' +
        `<LastAccessedEntity>${ann}</LastAccessedEntity>` +
        '<LastAccessedTime>2026-03-01T00:00:00Z</LastAccessedTime>' +
        '<LastAccessedRegion>eu-west-1</LastAccessedRegion></member>',
    ),
  )
  assert.match(body, /<member><ActionName>ListUsers<\/ActionName><\/member>/)
})

test('of a group and of a policy whoever has it counts, the last one first', async () => {
  await using at = await open()
  await at.call('CreatePolicy', { PolicyName: 'Reads', PolicyDocument: may('iam:*') })
  const PolicyArn = arnOf('policy/Reads')
  await at.call('AttachGroupPolicy', { GroupName: 'Ops', PolicyArn })
  await at.call('AttachUserPolicy', { UserName: 'Ann', PolicyArn })
  await at.call('AttachRolePolicy', { RoleName: 'App', PolicyArn })
  const at5 = (id: string, minute: number) =>
    at.lastAccessed.note(
      { account, principal: { kind: 'user', arn: '', account, entityId: id } },
      { service: 'iam', action: 'GetUser', region: 'eu-west-1' },
      new Date(Date.UTC(2026, 2, 4, 5, minute)),
    )
  at5('IDBob', 1)
  at5('IDAnn', 2)
  at5('IDApp', 3)
  await at.call('UpdateGroup', { GroupName: 'Ops', NewGroupName: 'Operators' })
  const ofGroup = { JobId: await jobOf(at, arnOf('group/Operators')) }
  const group = await at.call(details, ofGroup)
  assert.deepEqual(texts(group, 'ServiceNamespace'), ['iam'])
  assert.deepEqual(texts(group, 'TotalAuthenticatedEntities'), ['2'])
  assert.deepEqual(texts(group, 'LastAuthenticatedEntity'), [ann])
  const ofPolicy = { JobId: await jobOf(at, PolicyArn) }
  const policy = await at.call(details, ofPolicy)
  assert.deepEqual(texts(policy, 'LastAuthenticatedEntity'), [arnOf('role/App')])
  assert.deepEqual(texts(policy, 'TotalAuthenticatedEntities'), ['3'])
  const all = await at.call(withEntities, { ...ofPolicy, ServiceNamespace: 'iam' })
  assert.deepEqual(texts(all, 'Name'), ['App', 'Ann', 'Bob'])
  assert.deepEqual(texts(all, 'Type'), ['ROLE', 'USER', 'USER'])
  const page = await at.call(withEntities, {
    ...{ ...ofPolicy, ServiceNamespace: 'iam', MaxItems: '2' },
  })
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call(withEntities, { ...ofPolicy, ServiceNamespace: 'iam', Marker })
  assert.deepEqual(texts(rest, 'Name'), ['Bob'])
  const never = await at.call(withEntities, { ...ofGroup, ServiceNamespace: 's3' })
  assert.deepEqual([texts(never, 'Name').length, texts(never, 'LastAuthenticated')], [2, []])
  assert.match(
    await at.outcome(withEntities, { ...ofGroup, ServiceNamespace: 's4' }),
    /^InvalidInput: /,
  )
})

test('services come page by page', async () => {
  await using at = await open()
  const input = { JobId: await jobOf(at, ann), MaxItems: '2' }
  const page = await at.call(details, input)
  assert.deepEqual(texts(page, 'ServiceNamespace'), ['iam', 'orders'])
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call(details, { ...input, Marker })
  assert.deepEqual(texts(rest, 'ServiceNamespace'), ['s3'])
  assert.deepEqual(texts(rest, 'IsTruncated'), ['false'])
})

test('who may do everything may access every service', async () => {
  await using at = await openIam()
  const JobId = await jobOf(at, 'arn:aws:iam::aws:policy/AdministratorAccess')
  const answer = await at.call(details, { JobId, MaxItems: '1000' })
  assert.ok(texts(answer, 'ServiceNamespace').length > 400)
})

test('what is nobody, and a job of another account or none, is refused', async () => {
  await using at = await open()
  for (const [Arn, refusal] of [
    [arnOf('user/eve'), 'NoSuchEntity: The user with name eve cannot be found.'],
    [arnOf('user/ann'), 'NoSuchEntity: The user with name ann cannot be found.'],
    [arnOf('policy/None'), `NoSuchEntity: Policy ${arnOf('policy/None')} was not found.`],
    [arnOf('root'), `InvalidInput: Invalid Entity Arn: ${arnOf('root')}`],
    ['arn:aws:iam::444455556666:user/Ann', /^AccessDenied: /],
    ['x'.repeat(20), /^InvalidInput: /],
  ] as const) {
    const outcome = await at.outcome('GenerateServiceLastAccessedDetails', { Arn })
    if (typeof refusal === 'string') assert.equal(outcome, refusal)
    else assert.match(outcome, refusal)
  }
  const JobId = await jobOf(at, ann)
  for (const wrong of ['x'.repeat(36), `${'0'.repeat(33)}${JobId.slice(-3)}`])
    assert.equal(
      await at.outcome(details, { JobId: wrong }),
      `NoSuchEntity: The job with id ${wrong} cannot be found.`,
    )
  const others = at.as(
    userCaller({
      account: '444455556666',
      principal: {
        kind: 'user',
        arn: 'arn:aws:iam::444455556666:user/x',
        account: '444455556666',
      },
      layers: { identity: [allow('iam:*')] },
    }),
  )
  assert.equal(codeOf(await others(details, { JobId })), 'NoSuchEntity')
  await at.store.transact((tx) => tx.remove('user', account, 'ann'))
  assert.match(await at.outcome(details, { JobId }), /^NoSuchEntity: The user/)
  const nobody = as(at, 'Bob')
  for (const [action, input] of [
    ['GenerateServiceLastAccessedDetails', { Arn: arnOf('role/App') }],
    [details, { JobId }],
    [withEntities, { JobId, ServiceNamespace: 'iam' }],
  ] as const)
    assert.equal(codeOf(await nobody(action, input)), 'AccessDenied', action)
})

test('jobs of an account take the place of the oldest', async () => {
  const kept = new Map<string, string>()
  let count = 0
  const ports = {
    ids: new Ids(),
    ephemeral: {
      count: async () => ({ count: ++count, resetsAt: now }),
      put: async (_space: string, key: string, value: string) => void kept.set(key, value),
      get: async (_space: string, key: string) => kept.get(key),
    },
  }
  const fault = (code: AwsFaultCode, message: string) => new AwsFault(code, message)
  const job = { arn: ann, granularity: 'SERVICE_LEVEL', createdAt: now.toISOString() } as const
  const first = await keepJob(job, { account, now }, ports)
  assert.equal((await existingJob(first, { account, fault }, ports)).arn, ann)
  for (let each = 0; each < 2000; each++) await keepJob(job, { account, now }, ports)
  assert.equal(kept.size, 1000)
  await assert.rejects(existingJob(first, { account, fault }, ports), { code: 'NoSuchEntity' })
})

test('a role tells when it was used last', async () => {
  await using at = await open()
  const RoleName = 'App'
  const before = await at.call('GetRole', { RoleName })
  assert.match(before.body, /<RoleLastUsed><\/RoleLastUsed>/)
  await as(at, 'App')('ListUsers')
  for (const answer of [
    await at.call('GetRole', { RoleName }),
    await at.call('GetAccountAuthorizationDetails', { 'Filter.member.1': 'Role' }),
  ])
    assert.match(answer.body, /<RoleLastUsed><LastUsedDate>2026-03-04T05:06:07Z<\/LastUsedDate>/)
})
