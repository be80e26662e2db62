import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { iamOperations } from '../../../src/aws/iam/operations.ts'
import { quotas } from '../../../src/aws/iam/quotas.ts'
import type { Shape } from '../../../src/aws/model.ts'
import { linkTo } from '../../../src/store/links.ts'
import { membershipOf } from '../../../src/store/memberships.ts'
import type { RecordKind, RecordKinds } from '../../../src/store/records.ts'
import type { Store } from '../../../src/store/store.ts'
import { account, allow, iamPorts, userCaller } from '../wire-scene.ts'
import { arnOf, openIam } from './open-iam.ts'

const hostile = [
  '',
  ' ',
  '__proto__',
  'constructor',
  '*',
  '../x',
  'a\u0000b',
  '\ud800',
  '<x>&',
  "'",
  'é'.repeat(80),
  'x'.repeat(3000),
  '-1',
  '99999999999',
  'true',
]
const names = ['ann', 'ann', 'ANN', 'bob']
const statement = (rest: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] })
const trust = statement({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })
const identity = statement({ Action: 's3:*', Resource: '*' })
/**
 * What members are given, by name: few values, so that calls meet each other. The rest gets hostile
 * text.
 */
const known: Readonly<Record<string, readonly string[]>> = {
  UserName: names,
  NewUserName: names,
  GroupName: names,
  NewGroupName: names,
  RoleName: names,
  PolicyName: names,
  VirtualMFADeviceName: ['m', 'M', 'n'],
  PolicyArn: names.map((name) => arnOf(`policy/${name}`)),
  PermissionsBoundary: [arnOf('policy/ann'), arnOf('policy/none')],
  SerialNumber: [arnOf('mfa/m'), arnOf('mfa/n')],
  PolicyDocument: [identity, identity, '{', ''],
  AssumeRolePolicyDocument: [trust, trust, identity],
  VersionId: ['v1', 'v2', 'v3'],
  Path: ['/', '/a/'],
  NewPath: ['/b/'],
  AuthenticationCode1: ['123456'],
  AuthenticationCode2: ['654321'],
  Status: ['Active', 'Inactive'],
  SetAsDefault: ['true'],
  MaxItems: ['1'],
  Key: ['k', 'K', 'aws:x'],
  Value: ['v'],
  AccessKeyId: ['AKIANOBODYNOBODYNOBO'],
  AccountAlias: ['one', 'two'],
  Url: ['https://id.example.com'],
  OpenIDConnectProviderArn: [arnOf('oidc-provider/id.example.com')],
}
const creations = [
  'CreateUser',
  'CreateGroup',
  'CreateRole',
  'CreatePolicy',
  'AttachUserPolicy',
  'AttachRolePolicy',
  'AddUserToGroup',
  'PutUserPermissionsBoundary',
  'CreateAccessKey',
  'UpdateUser',
  'UpdateGroup',
  'DeletePolicy',
  'DeleteGroup',
  'DeleteUser',
]
const operations = iamOperations(iamPorts)
const models = new Map(operations.map(({ model }) => [model.name, model]))

/** Required members always, the others now and then; sometimes hostile. */
function parametersOf(
  shape: Shape,
  path = '',
): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const members = shape.members.map((member) => {
    const value = givenTo(member.name, member.shape, `${path}${member.name}`)
    return member.required ? value : fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, value)
  })
  return members.length === 0 ? fc.constant([]) : fc.tuple(...members).map((lists) => lists.flat())
}
function givenTo(
  name: string,
  shape: Shape,
  path: string,
): fc.Arbitrary<readonly (readonly [string, string])[]> {
  if (shape.type === 'list') return givenTo(name, shape.of!, `${path}.member.1`)
  if (shape.type === 'structure') return parametersOf(shape, `${path}.`)
  const good = fc.constantFrom(...(known[name] ?? hostile))
  return fc
    .oneof({ arbitrary: good, weight: 40 }, { arbitrary: fc.constantFrom(...hostile), weight: 1 })
    .map((value) => [[path, value] as const])
}
const actions: readonly string[] = [
  ...creations,
  ...creations,
  ...operations.map(({ model }) => model.name),
]
const call = fc.constantFrom(...actions).chain((action: string) =>
  parametersOf(models.get(action)!.input).map((parameters) => ({
    action,
    parameters: Object.fromEntries(parameters),
  })),
)

async function start(
  outcome: (action: string, parameters: Readonly<Record<string, string>>) => Promise<string>,
): Promise<void> {
  await outcome('CreatePolicy', { PolicyName: 'ann', PolicyDocument: identity })
  await outcome('CreateUser', { UserName: 'ann' })
  await outcome('CreateGroup', { GroupName: 'ann' })
  await outcome('CreateRole', { RoleName: 'ann', AssumeRolePolicyDocument: trust })
  await outcome('CreateVirtualMFADevice', { VirtualMFADeviceName: 'm' })
}

async function all<K extends RecordKind>(
  { reads }: Store,
  kind: K,
  of = account,
): Promise<readonly { readonly key: string; readonly record: RecordKinds[K] }[]> {
  return reads.list(kind, of, { limit: 10_000 })
}

/**
 * Nothing leads nowhere, nothing is over its quota, and what is found by link is what a walk finds.
 */
async function check(store: Store): Promise<void> {
  const [users, groups, roles, policies] = [
    await all(store, 'user'),
    await all(store, 'group'),
    await all(store, 'role'),
    await all(store, 'policy'),
  ]
  const arns = new Set(policies.map(({ record }) => record.arn))
  // A group that was renamed keeps its members by what it was called (store/memberships.ts).
  const memberships = new Set(groups.map(({ record }) => membershipOf(record)))
  assert.equal(memberships.size, groups.length, 'two groups have the same members')
  for (const { key, record } of [...users, ...groups, ...roles]) {
    assert.equal(key, record.name.toLowerCase())
    assert.ok(
      record.attachedPolicies.every((arn) => arns.has(arn)),
      `${key} has a policy that is gone`,
    )
    const { permissionsBoundary } = record as { readonly permissionsBoundary?: string }
    assert.ok(
      permissionsBoundary === undefined || arns.has(permissionsBoundary),
      `${key} has a boundary that is gone`,
    )
  }
  for (const { record } of users)
    assert.ok(
      record.groups.every((name) => memberships.has(name)),
      `${record.name} is in a group that is gone`,
    )
  for (const membership of memberships) {
    assert.equal(
      await store.reads.countLinked('user', account, linkTo.group(membership)),
      users.filter(({ record }) => record.groups.includes(membership)).length,
    )
  }
  for (const {
    record: { arn, versions, defaultVersion },
  } of policies) {
    assert.equal(
      await store.reads.countLinked('role', account, linkTo.policy(arn)),
      roles.filter(({ record }) => record.attachedPolicies.includes(arn)).length,
    )
    assert.ok(
      versions.length <= quotas.versionsPerPolicy &&
        versions.some(({ id }) => id === defaultVersion),
    )
  }
  for (const {
    record: { userName = '' },
  } of await all(store, 'accessKey', '*')) {
    assert.ok(
      users.some(({ key }) => key === userName.toLowerCase()),
      `a key of ${userName}, who is gone`,
    )
    assert.ok(
      (await store.reads.countLinked('accessKey', '*', linkTo.owner(account, userName))) <=
        quotas.accessKeysPerUser,
    )
  }
}

test('whatever calls come, four at a time, none is our mistake or leaves a loose end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 15, maxLength: 40 }),
      async (rounds) => {
        await using at = await openIam({
          caller: userCaller({ layers: { identity: [allow('iam:*')] } }),
        })
        await start(at.outcome)
        for (const round of rounds) {
          const answers = await Promise.all(
            round.map(({ action, parameters }) => at.call(action, parameters)),
          )
          assert.deepEqual(at.bugs, [])
          for (const { status, body } of answers)
            assert.ok(status < 500 && body.isWellFormed(), body)
        }
        await check(at.store)
      },
    ),
    { numRuns: 40 },
  )
})
