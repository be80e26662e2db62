import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, codeOf, policy, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const ann = { UserName: 'ann' }
const git = { ...ann, ServiceName: 'codecommit.amazonaws.com' }

async function open() {
  const at = await openIam()
  await at.make('user', { name: 'ann', path: '/git/' })
  await at.make('user', { name: 'bob' })
  return at
}
type Scene = Awaited<ReturnType<typeof open>>
async function made(at: Scene, input: Readonly<Record<string, string>> = git): Promise<string> {
  const answer = await at.call('CreateServiceSpecificCredential', input)
  return texts(answer, 'ServiceSpecificCredentialId')[0]!
}

test('a password is told once: when it is made, and when it is made anew', async () => {
  await using at = await open()
  const answer = await at.call('CreateServiceSpecificCredential', git)
  assert.match(
    answer.body,
    new RegExp(
      '<ServiceSpecificCredential><CreateDate>2026-03-04T05:06:07Z</CreateDate>' +
        '<ServiceName>codecommit.amazonaws.com</ServiceName>' +
        `<ServiceUserName>ann-at-${account}</ServiceUserName>` +
        '<ServicePassword>[A-Za-z0-9+/]{43}=</ServicePassword>' +
        '<ServiceSpecificCredentialId>ACCA[A-Z2-7]{17}</ServiceSpecificCredentialId>' +
        '<UserName>ann</UserName><Status>Active</Status></ServiceSpecificCredential>',
    ),
  )
  const first = texts(answer, 'ServicePassword')[0]!
  const one = {
    ...ann,
    ServiceSpecificCredentialId: texts(answer, 'ServiceSpecificCredentialId')[0]!,
  }
  const listed = await at.call('ListServiceSpecificCredentials', ann)
  assert.deepEqual(texts(listed, 'ServiceUserName'), [`ann-at-${account}`])
  assert.doesNotMatch(listed.body, /Password|Secret/)
  const hashOf = async () =>
    (await at.store.reads.find('serviceCredential', account, one.ServiceSpecificCredentialId))!
      .passwordHash
  const before = await hashOf()
  const reset = await at.call('ResetServiceSpecificCredential', one)
  const second = texts(reset, 'ServicePassword')[0]!
  assert.notEqual(first, second)
  assert.notEqual(before, await hashOf())
  assert.ok(!JSON.stringify([before, await hashOf()]).includes(second))
  assert.deepEqual(at.bugs, [])
})

test('a user has two for each service, under names of their own', async () => {
  await using at = await open()
  await made(at)
  await made(at)
  const listed = await at.call('ListServiceSpecificCredentials', ann)
  assert.deepEqual(texts(listed, 'ServiceUserName').toSorted(), [
    `ann+1-at-${account}`,
    `ann-at-${account}`,
  ])
  assert.equal(
    await at.outcome('CreateServiceSpecificCredential', git),
    'LimitExceeded: Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2',
  )
  const keyspaces = { ...ann, ServiceName: 'cassandra.amazonaws.com' }
  assert.equal(await at.outcome('CreateServiceSpecificCredential', keyspaces), '200')
  const only = await at.call('ListServiceSpecificCredentials', keyspaces)
  assert.deepEqual(texts(only, 'ServiceName'), ['cassandra.amazonaws.com'])
  for (const action of ['CreateServiceSpecificCredential', 'ListServiceSpecificCredentials'])
    assert.equal(
      await at.outcome(action, { ...ann, ServiceName: 's3.amazonaws.com' }),
      'NotSupportedService: No such service s3.amazonaws.com is supported for Service Specific ' +
        'Credentials',
    )
})

test('a key of one secret has an alias, and ends after its days', async () => {
  await using at = await open()
  const bedrock = { ...ann, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: '30' }
  const answer = await at.call('CreateServiceSpecificCredential', bedrock)
  assert.match(answer.body, /<ServiceCredentialSecret>[^<]{44}</)
  assert.deepEqual(texts(answer, 'ServiceCredentialAlias'), [`ann-at-${account}`])
  assert.deepEqual(texts(answer, 'ExpirationDate'), ['2026-04-03T05:06:07Z'])
  assert.deepEqual(texts(answer, 'ServicePassword'), [])
  const id = texts(answer, 'ServiceSpecificCredentialId')[0]!
  const record = (await at.store.reads.find('serviceCredential', account, id))!
  await at.store.transact((tx) =>
    tx.update('serviceCredential', account, id, { ...record, expiresAt: record.createdAt }),
  )
  const listed = await at.call('ListServiceSpecificCredentials', ann)
  assert.deepEqual(texts(listed, 'Status'), ['Expired'])
})

test('a list of all users pages over them, and names each owner as of now', async () => {
  await using at = await open()
  await made(at)
  await made(at, { ...git, UserName: 'bob' })
  await at.call('UpdateUser', { UserName: 'bob', NewUserName: 'robert' })
  const all = { AllUsers: 'true' }
  const listed = await at.call('ListServiceSpecificCredentials', all)
  assert.deepEqual(texts(listed, 'UserName').toSorted(), ['ann', 'robert'])
  const page = await at.call('ListServiceSpecificCredentials', { ...all, MaxItems: '1' })
  assert.deepEqual(texts(page, 'IsTruncated'), ['true'])
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call('ListServiceSpecificCredentials', { ...all, Marker })
  assert.deepEqual([...texts(page, 'UserName'), ...texts(rest, 'UserName')].toSorted(), [
    'ann',
    'robert',
  ])
})

test('a credential of another user cannot be found; a user is deleted without any', async () => {
  await using at = await open()
  const id = await made(at)
  const missing = `NoSuchEntity: Service Specific Credential ${id} cannot be found.`
  for (const [action, more] of [
    ['ResetServiceSpecificCredential', {}],
    ['UpdateServiceSpecificCredential', { Status: 'Inactive' }],
    ['DeleteServiceSpecificCredential', {}],
  ] as const) {
    const ofBob = { UserName: 'bob', ServiceSpecificCredentialId: id, ...more }
    assert.equal(await at.outcome(action, ofBob), missing)
  }
  const one = { ...ann, ServiceSpecificCredentialId: id }
  const update = (Status: string) =>
    at.outcome('UpdateServiceSpecificCredential', { ...one, Status })
  assert.equal(await update('Inactive'), '200')
  assert.match(await update('Expired'), /^ValidationError/)
  const listed = await at.call('ListServiceSpecificCredentials', ann)
  assert.deepEqual(texts(listed, 'Status'), ['Inactive'])
  assert.match(await at.outcome('DeleteUser', ann), /^DeleteConflict: .*referenced objects first/)
  assert.equal(await at.outcome('DeleteServiceSpecificCredential', one), '200')
  assert.equal(await at.outcome('DeleteUser', ann), '200')
})

test('each is decided on the user; making one also on the service and the days', async () => {
  await using at = await open()
  const ServiceSpecificCredentialId = await made(at)
  const one = { ...ann, ServiceSpecificCredentialId }
  const may = (Action: string, Resource: string, Condition = {}) =>
    at.as(
      userCaller({
        layers: {
          identity: [
            policy('identity', {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action, Resource, Condition }],
            }),
          ],
        },
      }),
    )
  for (const [action, input] of [
    ['CreateServiceSpecificCredential', git],
    ['ListServiceSpecificCredentials', ann],
    ['ResetServiceSpecificCredential', one],
    ['UpdateServiceSpecificCredential', { ...one, Status: 'Active' }],
    ['DeleteServiceSpecificCredential', one],
  ] as const) {
    const other = may(`iam:${action}`, arnOf('user/ann'))
    assert.equal(codeOf(await other(action, input)), 'AccessDenied', action)
    assert.equal((await may(`iam:${action}`, arnOf('user/git/*'))(action, input)).status, 200)
  }
  const short = may('iam:CreateServiceSpecificCredential', '*', {
    StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' },
    NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '90' },
  })
  const bedrock = { ...ann, ServiceName: 'bedrock.amazonaws.com' }
  for (const [input, code] of [
    [{ ...git, CredentialAgeDays: '30' }, 'AccessDenied'],
    [bedrock, 'AccessDenied'],
    [{ ...bedrock, CredentialAgeDays: '91' }, 'AccessDenied'],
    [{ ...bedrock, CredentialAgeDays: '90' }, undefined],
  ] as const)
    assert.equal(codeOf(await short('CreateServiceSpecificCredential', input)), code)
  const all = may('iam:ListServiceSpecificCredentials', arnOf('user/git/*'))
  assert.equal(
    codeOf(await all('ListServiceSpecificCredentials', { AllUsers: 'true' })),
    'AccessDenied',
  )
})
