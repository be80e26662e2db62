import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iamOperations } from '../../../src/aws/iam/operations.ts'
import {
  account,
  allow,
  codeOf,
  iamPorts,
  messageOf,
  roleCaller,
  send,
  userCaller,
  wireScene,
} from '../wire-scene.ts'

const entity = {
  account,
  createdAt: '2026-01-02T03:04:05.000Z',
  managedBy: 'config' as const,
  inlinePolicies: {},
  attachedPolicies: [],
  groups: [],
}
const user = (name: string, path = '/') => ({
  ...entity,
  id: `AIDA${name}`,
  name,
  path,
  tags: [{ Key: 'team', Value: 'db' }],
})
const role = (name: string, path = '/') => ({
  ...entity,
  id: `AROA${name}`,
  name,
  path,
  tags: [],
  permissionsBoundary: 'arn:aws:iam::aws:policy/B',
  description: 'a & b',
  trustPolicy: '{"Version":"2012-10-17"}',
  maxSessionDurationSeconds: 7200,
})
const records = {
  account: [
    {
      account,
      createdAt: '2020-01-01T00:00:00.000Z',
      managedBy: 'config' as const,
      partition: 'aws',
    },
  ] as never,
  user: [
    user('alice', '/staff/'),
    user('Bob'),
    user('carol', '/staff/'),
    { ...user('mallory'), account: '444455556666' },
  ],
  role: [role('app', '/apps/'), role('web')],
}
const everything = { identity: [allow('iam:*')] }
const on = (caller = userCaller({ layers: everything })) =>
  wireScene(iamOperations(iamPorts), caller, records)
const namesOf = (body: string) =>
  [...body.matchAll(/<(?:User|Role)Name>([^<]*)</g)].map((m) => m[1])

test('GetUser tells a user with its tags, whatever the case of the name', async () => {
  const answer = await send(on(), 'iam', 'GetUser', { UserName: 'BOB' })
  assert.match(
    answer.body,
    new RegExp(
      '<User><Path>/</Path><UserName>Bob</UserName><UserId>AIDABob</UserId><Arn>' +
        'arn:aws:iam::111122223333:user/Bob</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>' +
        '<Tags><member><Key>team</Key><Value>db</Value></member></Tags></User>',
    ),
  )
})

test('GetUser without a name tells the user who calls, in a session as well', async () => {
  assert.deepEqual(namesOf((await send(on(), 'iam', 'GetUser')).body), ['alice'])
})

test('GetUser without a name tells root of root and refuses a role session', async () => {
  const root = userCaller({
    principal: { kind: 'root', arn: `arn:aws:iam::${account}:root`, account },
    layers: everything,
  })
  assert.match(
    (await send(on(root), 'iam', 'GetUser')).body,
    new RegExp(
      '<UserId>111122223333</UserId><Arn>arn:aws:iam::111122223333:root</Arn><CreateDate>' +
        '2020-01-01T00:00:00Z<',
    ),
  )
  assert.equal(
    messageOf(await send(on(roleCaller({}, everything)), 'iam', 'GetUser')),
    'Must specify userName when calling with non-User credentials',
  )
})

test("what is not there is NoSuchEntity, another account's users are not there", async () => {
  for (const UserName of ['nobody', 'mallory']) {
    const answer = await send(on(), 'iam', 'GetUser', { UserName })
    assert.deepEqual(
      [answer.status, codeOf(answer), messageOf(answer)],
      [404, 'NoSuchEntity', `The user with name ${UserName} cannot be found.`],
    )
  }
  assert.equal(
    messageOf(await send(on(), 'iam', 'GetRole', { RoleName: 'nope' })),
    'The role with name nope cannot be found.',
  )
})

test('GetRole tells the trust policy URL-encoded, boundary and longest session', async () => {
  const { body } = await send(on(), 'iam', 'GetRole', { RoleName: 'app' })
  assert.match(
    body,
    new RegExp(
      '<AssumeRolePolicyDocument>' +
        '%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument><Description>a &amp; ' +
        'b</Description><MaxSessionDuration>7200</MaxSessionDuration><PermissionsBoundary>',
    ),
  )
})

test('lists come in pages, in order, by path, without tags and boundaries', async () => {
  const first = (await send(on(), 'iam', 'ListUsers', { MaxItems: '2' })).body
  assert.deepEqual(namesOf(first), ['alice', 'Bob'])
  assert.match(first, /<IsTruncated>true<\/IsTruncated>/)
  assert.doesNotMatch(first, /<Tags>/)
  const Marker = /<Marker>([^<]*)</.exec(first)![1]!
  const second = (await send(on(), 'iam', 'ListUsers', { MaxItems: '2', Marker })).body
  assert.deepEqual(namesOf(second), ['carol'])
  assert.match(second, /<IsTruncated>false<\/IsTruncated><\/ListUsersResult>/)
  assert.deepEqual(
    namesOf((await send(on(), 'iam', 'ListUsers', { PathPrefix: '/staff/' })).body),
    ['alice', 'carol'],
  )
  const roles = (await send(on(), 'iam', 'ListRoles')).body
  assert.deepEqual(namesOf(roles), ['app', 'web'])
  assert.doesNotMatch(roles, /PermissionsBoundary/)
})

test('a marker that we did not make, or a page of none, is refused', async () => {
  for (const parameters of [
    { Marker: '***' },
    { Marker: 'a b' },
    { MaxItems: '0' },
    { MaxItems: '1001' },
    { PathPrefix: 'staff' },
  ]) {
    assert.equal(codeOf(await send(on(), 'iam', 'ListUsers', parameters)), 'ValidationError')
  }
})

test('a list is decided on its path', async () => {
  const caller = userCaller({
    layers: { identity: [allow('iam:ListUsers', `arn:aws:iam::${account}:user/staff/*`)] },
  })
  assert.equal((await send(on(caller), 'iam', 'ListUsers', { PathPrefix: '/staff/' })).status, 200)
  assert.equal(codeOf(await send(on(caller), 'iam', 'ListUsers')), 'AccessDenied')
})
