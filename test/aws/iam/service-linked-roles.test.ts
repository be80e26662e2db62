import assert from 'node:assert/strict'
import { test } from 'node:test'
import { document } from '../../sessions/scene.ts'
import { account, allow, codeOf, policy, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const ecs = { AWSServiceName: 'ecs.amazonaws.com' }
const name = 'AWSServiceRoleForECS'
const role = { RoleName: name }
const text = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' })

async function open() {
  const at = await openIam()
  const made = await at.call('CreateServiceLinkedRole', { ...ecs, Description: 'containers' })
  return { ...at, made }
}

test('a service has its role under its own name and path, trusted by it alone', async () => {
  await using at = await open()
  assert.match(
    at.made.body,
    new RegExp(
      '<Role><Path>/aws-service-role/ecs.amazonaws.com/</Path>' +
        `<RoleName>${name}</RoleName><RoleId>AROA[A-Z2-7]{17}</RoleId>` +
        `<Arn>${arnOf(`role/aws-service-role/ecs.amazonaws.com/${name}`)}</Arn>`,
    ),
  )
  assert.deepEqual(texts(at.made, 'Description'), ['containers'])
  const trust = decodeURIComponent(texts(at.made, 'AssumeRolePolicyDocument')[0]!)
  assert.deepEqual(JSON.parse(trust).Statement, [
    { Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ])
  assert.match(
    await at.outcome('CreateServiceLinkedRole', ecs),
    new RegExp(`^InvalidInput: Service role name ${name} has been taken in this account, `),
  )
  const listed = await at.call('ListRoles', { PathPrefix: '/aws-service-role/' })
  assert.deepEqual(texts(listed, 'RoleName'), [name])
  assert.deepEqual(at.bugs, [])
})

test('services are known by their own names, others by what they are called', async () => {
  await using at = await openIam()
  const made = async (AWSServiceName: string, CustomSuffix?: string) => {
    const input = { AWSServiceName, ...(CustomSuffix !== undefined && { CustomSuffix }) }
    const answer = await at.call('CreateServiceLinkedRole', input)
    return texts(answer, 'RoleName')[0] ?? codeOf(answer)
  }
  assert.equal(await made('spot.amazonaws.com'), 'AWSServiceRoleForEC2Spot')
  assert.equal(await made('autoscaling.amazonaws.com', 'blue'), 'AWSServiceRoleForAutoScaling_blue')
  assert.equal(await made('autoscaling.amazonaws.com'), 'AWSServiceRoleForAutoScaling')
  assert.equal(await made('build-farm.amazonaws.com'), 'AWSServiceRoleForBuildFarm')
  assert.equal(
    await at.outcome('CreateServiceLinkedRole', { ...ecs, CustomSuffix: 'x' }),
    'InvalidInput: Custom suffix is not allowed for ecs.amazonaws.com',
  )
  for (const wrong of ['ecs', 'amazonaws.com', '.amazonaws.com', 'ECS.amazonaws.com', 'a.b.com'])
    assert.equal(await made(wrong), 'InvalidInput', wrong)
  assert.equal(await made('kafka.amazonaws.com', 'x'.repeat(64)), 'InvalidInput')
  assert.equal(await made('farm.amazonaws.com', 'x'.repeat(64)), 'InvalidInput')
})

test('only its description and tags may be changed', async () => {
  await using at = await open()
  await at.call('CreatePolicy', { PolicyName: 'Reads', PolicyDocument: text })
  await at.call('CreateInstanceProfile', { InstanceProfileName: 'Fleet' })
  const PolicyArn = arnOf('policy/Reads')
  const refused =
    `UnmodifiableEntity: Cannot perform the operation on the protected role ` +
    `&#39;${name}&#39; - this role is only modifiable by AWS`
  for (const [action, more] of [
    ['AttachRolePolicy', { PolicyArn }],
    ['DetachRolePolicy', { PolicyArn }],
    ['PutRolePolicy', { PolicyName: 'Own', PolicyDocument: text }],
    ['DeleteRolePolicy', { PolicyName: 'Own' }],
    ['PutRolePermissionsBoundary', { PermissionsBoundary: PolicyArn }],
    ['DeleteRolePermissionsBoundary', {}],
    [
      'UpdateAssumeRolePolicy',
      {
        PolicyDocument: document({
          Effect: 'Allow',
          Principal: { AWS: account },
          Action: 'sts:AssumeRole',
        }),
      },
    ],
    ['UpdateRole', { MaxSessionDuration: '7200' }],
    ['DeleteRole', {}],
    ['AddRoleToInstanceProfile', { InstanceProfileName: 'Fleet' }],
  ] as const)
    assert.equal(await at.outcome(action, { ...role, ...more }), refused, action)
  const tag = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'ops' }
  for (const [action, more] of [
    ['UpdateRole', { Description: 'one' }],
    ['UpdateRoleDescription', { Description: 'two' }],
    ['TagRole', tag],
  ] as const)
    assert.equal(await at.outcome(action, { ...role, ...more }), '200', action)
  assert.deepEqual(texts(await at.call('GetRole', role), 'Description'), ['two'])
})

test('nobody makes a role that looks like one of a service', async () => {
  await using at = await openIam()
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: 'sts:AssumeRole',
  })
  const like = { ...role, Path: '/aws-service-role/ecs.amazonaws.com/', AssumeRolePolicyDocument }
  assert.match(await at.outcome('CreateRole', like), /^InvalidInput: The path /)
  assert.equal(await at.outcome('CreateRole', { ...like, Path: '/x/' }), '200')
  // What somebody else's role is called, its service does not take over, nor delete.
  assert.match(await at.outcome('CreateServiceLinkedRole', ecs), /has been taken/)
  assert.equal(
    await at.outcome('DeleteServiceLinkedRole', role),
    `NoSuchEntity: The service-linked role ${name} cannot be found.`,
  )
  assert.equal(await at.outcome('DeleteRole', role), '200')
})

test('a deletion is a task, told as done, and remembered among a hundred', async () => {
  await using at = await open()
  const { path } = (await at.store.reads.find('role', account, name.toLowerCase()))!
  const deleted = await at.call('DeleteServiceLinkedRole', { RoleName: name.toUpperCase() })
  const DeletionTaskId = texts(deleted, 'DeletionTaskId')[0]!
  assert.match(DeletionTaskId, new RegExp(`^task${path}${name}/[0-9a-f-]{36}$`))
  const told = await at.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
  assert.match(told.body, /<Status>SUCCEEDED<\/Status>/)
  assert.match(await at.outcome('GetRole', role), /^NoSuchEntity/)
  assert.match(await at.outcome('DeleteServiceLinkedRole', role), /^NoSuchEntity/)
  const status = (id: string) =>
    at.outcome('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: id })
  assert.match(await status(DeletionTaskId.replace(/.$/, 'x')), /^InvalidInput: .* is not a del/)
  assert.match(await status('task'), /^InvalidInput/)
  assert.match(await status(`${DeletionTaskId.slice(0, -36)}${'0'.repeat(36)}`), /^NoSuchEntity/)
  for (let n = 0; n < 105; n++) {
    await at.call('CreateServiceLinkedRole', ecs)
    await at.call('DeleteServiceLinkedRole', role)
  }
  assert.equal(await at.store.reads.count('roleDeletion', account), 100)
})

test('each is decided on the role with its path, and on the service', async () => {
  await using at = await open()
  const on = arnOf('role/aws-service-role/ecs.amazonaws.com/*')
  const may = (Action: string, Resource: string, service: string) =>
    at.as(
      userCaller({
        layers: {
          identity: [
            policy('identity', {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action,
                  Resource,
                  Condition: { StringLike: { 'iam:AWSServiceName': service } },
                },
              ],
            }),
          ],
        },
      }),
    )
  const remove = 'iam:DeleteServiceLinkedRole'
  for (const call of [may(remove, arnOf('role/AWS*'), '*'), may(remove, on, 'spot.amazonaws.com')])
    assert.equal(codeOf(await call('DeleteServiceLinkedRole', role)), 'AccessDenied')
  const deleted = await may(remove, on, 'ecs.*')('DeleteServiceLinkedRole', role)
  assert.equal(deleted.status, 200)
  const create = 'iam:CreateServiceLinkedRole'
  for (const call of [may(create, arnOf('role/x/*'), '*'), may(create, on, 'spot.amazonaws.com')])
    assert.equal(codeOf(await call('CreateServiceLinkedRole', ecs)), 'AccessDenied')
  assert.equal((await may(create, on, 'ecs.*')('CreateServiceLinkedRole', ecs)).status, 200)
  const asked = { DeletionTaskId: texts(deleted, 'DeletionTaskId')[0]! }
  const reading = (resource: string) =>
    at.as(
      userCaller({
        layers: { identity: [allow('iam:GetServiceLinkedRoleDeletionStatus', resource)] },
      }),
    )
  const status = 'GetServiceLinkedRoleDeletionStatus'
  assert.equal((await reading(on)(status, asked)).status, 200)
  assert.equal(codeOf(await reading(arnOf('role/x/*'))(status, asked)), 'AccessDenied')
})
