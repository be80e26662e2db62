import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy, userCaller } from '../wire-scene.ts'
import { arnOf, documentOf, openIam, texts } from './open-iam.ts'

const ofTheFile = 'is put in place by the settings file: change it there.'

const document = documentOf(200)
const kinds = [
  ['user', 'User'],
  ['group', 'Group'],
  ['role', 'Role'],
] as const
const PolicyArn = arnOf('policy/ops/Read')

async function open(settings = {}) {
  const at = await openIam({ settings })
  await at.call('CreatePolicy', { PolicyName: 'Read', Path: '/ops/', PolicyDocument: document })
  return at
}

for (const [kind, Noun] of kinds) {
  const named = { [`${Noun}Name`]: 'ANN' }
  const [attach, detach, list] = [
    `Attach${Noun}Policy`,
    `Detach${Noun}Policy`,
    `ListAttached${Noun}Policies`,
  ]

  test(`a policy is attached to a ${kind}, once, told, and detached`, async () => {
    await using at = await open()
    await at.make(kind, { name: 'Ann' })
    for (let twice = 0; twice < 2; twice++)
      assert.equal(await at.outcome(attach, { ...named, PolicyArn }), '200')
    assert.match(
      (await at.call(list, named)).body,
      new RegExp(
        '<AttachedPolicies><member><PolicyName>Read</PolicyName><PolicyArn>' +
          `${PolicyArn}</PolicyArn></member></AttachedPolicies><IsTruncated>false<`,
      ),
    )
    assert.deepEqual(texts(await at.call('GetPolicy', { PolicyArn }), 'AttachmentCount'), ['1'])
    assert.deepEqual(texts(await at.call('ListEntitiesForPolicy', { PolicyArn }), `${Noun}Name`), [
      'Ann',
    ])
    assert.match(await at.outcome('DeletePolicy', { PolicyArn }), /^DeleteConflict/)
    assert.equal(await at.outcome(detach, { ...named, PolicyArn }), '200')
    assert.equal(
      await at.outcome(detach, { ...named, PolicyArn }),
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    )
    assert.equal(await at.outcome('DeletePolicy', { PolicyArn }), '200')
    assert.deepEqual(at.bugs, [])
  })

  test(`a ${kind} has ten attached policies, told by page and path`, async () => {
    await using at = await open()
    await at.make(kind, { name: 'Ann' })
    await at.call(attach, { ...named, PolicyArn })
    for (let n = 1; n <= 10; n++) {
      await at.call('CreatePolicy', { PolicyName: `P${n}`, PolicyDocument: document })
      const full = `LimitExceeded: Cannot exceed quota for PoliciesPer${Noun}: 10`
      assert.equal(
        await at.outcome(attach, { ...named, PolicyArn: arnOf(`policy/P${n}`) }),
        n === 10 ? full : '200',
      )
    }
    assert.equal(
      await at.outcome(attach, { ...named, PolicyArn }),
      '200',
      'what is attached already does not count',
    )
    const page = await at.call(list, { ...named, MaxItems: '8' })
    assert.equal(texts(page, 'PolicyName').length, 8)
    await at.call(detach, { ...named, PolicyArn: arnOf('policy/P1') })
    assert.deepEqual(
      texts(await at.call(list, { ...named, Marker: texts(page, 'Marker')[0]! }), 'PolicyName'),
      ['P9', 'Read'],
    )
    assert.deepEqual(texts(await at.call(list, { ...named, PathPrefix: '/ops/' }), 'PolicyName'), [
      'Read',
    ])
  })

  test(`only policies of the account are attached, to a ${kind} that the API made`, async () => {
    const held = {
      name: 'Kept',
      trustPolicy: '{}',
      attachedPolicies: ['arn:aws:iam::aws:policy/Gone'],
    }
    await using at = await open({ users: [held], groups: [held], roles: [held] })
    await at.make(kind, { name: 'Ann' })
    const kept = { [`${Noun}Name`]: 'kept' }
    const owned = `AccessDenied: The ${kind} Kept ${ofTheFile}`
    assert.equal(await at.outcome(attach, { ...kept, PolicyArn }), owned)
    assert.equal(await at.outcome(detach, { ...kept, PolicyArn: held.attachedPolicies[0]! }), owned)
    assert.deepEqual(
      texts(await at.call(list, kept), 'PolicyArn'),
      held.attachedPolicies,
      'told even where it leads nowhere',
    )
    for (const action of [attach, detach, list])
      assert.equal(
        await at.outcome(action, { [`${Noun}Name`]: 'bob', PolicyArn }),
        `NoSuchEntity: The ${kind} with name bob cannot be found.`,
      )
    for (const arn of [
      'arn:aws:iam::aws:policy/AdministratorExcess',
      'arn:aws:iam::444455556666:policy/Read',
      arnOf('policy/ops/READ'),
      arnOf('policy/Read'),
    ]) {
      assert.equal(
        await at.outcome(attach, { ...named, PolicyArn: arn }),
        `NoSuchEntity: Policy ${arn} does not exist or is not attachable.`,
      )
    }
    for (const arn of ['arn:aws:s3:::bucket/policy/Read', arnOf('user/ann'), `${PolicyArn}/`])
      assert.equal(
        await at.outcome(attach, { ...named, PolicyArn: arn }),
        `ValidationError: ARN ${arn} is not valid.`,
      )
    assert.deepEqual(texts(await at.call(list, named), 'PolicyArn'), [])
  })
}

const when = (Condition: object, Effect = 'Allow') =>
  policy('identity', {
    Version: '2012-10-17',
    Statement: { Effect, Action: 'iam:*', Resource: '*', Condition },
  })

test('a delegate attaches the policies that he may give, to whom he bounds', async () => {
  await using at = await open()
  await at.call('CreatePolicy', { PolicyName: 'Admin', PolicyDocument: document })
  await at.make('role', { name: 'Bounded', permissionsBoundary: PolicyArn })
  await at.make('role', { name: 'Free' })
  const delegate = at.as(
    userCaller({
      layers: {
        identity: [
          when({
            ArnLike: { 'iam:PolicyARN': arnOf('policy/ops/*') },
            StringEquals: { 'iam:PermissionsBoundary': PolicyArn },
          }),
        ],
      },
    }),
  )
  const attach = async (RoleName: string, arn: string) =>
    (await delegate('AttachRolePolicy', { RoleName, PolicyArn: arn })).status
  assert.deepEqual(
    [
      await attach('Bounded', PolicyArn),
      await attach('Bounded', arnOf('policy/Admin')),
      await attach('Free', PolicyArn),
      await attach('none', PolicyArn),
    ],
    [200, 403, 403, 403],
  )
  assert.equal((await delegate('DetachRolePolicy', { RoleName: 'Bounded', PolicyArn })).status, 200)
})

for (const [kind, Noun] of [
  ['user', 'User'],
  ['role', 'Role'],
] as const) {
  const named = { [`${Noun}Name`]: 'ANN' }
  const [put, remove] = [`Put${Noun}PermissionsBoundary`, `Delete${Noun}PermissionsBoundary`]

  test(`the boundary of a ${kind} is put, replaced and removed; its policy stays`, async () => {
    await using at = await open()
    await at.make(kind, { name: 'Ann' })
    const PermissionsBoundary = PolicyArn
    const told = async () => texts(await at.call(`Get${Noun}`, named), 'PermissionsBoundaryArn')
    assert.equal(await at.outcome(put, { ...named, PermissionsBoundary }), '200')
    assert.deepEqual(await told(), [PolicyArn])
    assert.equal(
      await at.outcome('DeletePolicy', { PolicyArn }),
      'DeleteConflict: Cannot delete a policy attached to entities.',
    )
    await at.call('CreatePolicy', { PolicyName: 'Other', PolicyDocument: document })
    assert.equal(
      await at.outcome(put, { ...named, PermissionsBoundary: arnOf('policy/Other') }),
      '200',
    )
    assert.deepEqual(await told(), [arnOf('policy/Other')])
    for (let twice = 0; twice < 2; twice++) assert.equal(await at.outcome(remove, named), '200')
    assert.deepEqual(await told(), [])
    assert.equal(await at.outcome('DeletePolicy', { PolicyArn }), '200')
    assert.deepEqual(at.bugs, [])
  })

  test(`a boundary is a policy of the account, on a ${kind} that the API made`, async () => {
    const kept = { name: 'Ann', trustPolicy: '{}', permissionsBoundary: PolicyArn }
    await using at = await open({ users: [kept], roles: [kept] })
    const owned = `AccessDenied: The ${kind} Ann ${ofTheFile}`
    assert.equal(await at.outcome(put, { ...named, PermissionsBoundary: PolicyArn }), owned)
    assert.equal(await at.outcome(remove, named), owned)
    await at.make(kind, { name: 'bob' })
    const bob = { [`${Noun}Name`]: 'bob' }
    const none = arnOf('policy/None')
    assert.equal(
      await at.outcome(put, { ...bob, PermissionsBoundary: none }),
      `NoSuchEntity: Scope ARN: ${none} does not exist or is not attachable.`,
    )
    assert.equal(
      await at.outcome(put, { ...bob, PermissionsBoundary: arnOf('role/ann') }),
      `ValidationError: ARN ${arnOf('role/ann')} is not valid.`,
    )
    const create = {
      [`${Noun}Name`]: 'new',
      AssumeRolePolicyDocument:
        '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}',
    }
    assert.equal(
      await at.outcome(`Create${Noun}`, { ...create, PermissionsBoundary: arnOf('role/ann') }),
      `ValidationError: ARN ${arnOf('role/ann')} is not valid.`,
    )
    assert.match(
      await at.outcome(`Create${Noun}`, { ...create, PermissionsBoundary: none }),
      /^(NoSuchEntity|InvalidInput): Scope ARN: .* does not exist or is not attachable\.$/,
    )
    assert.equal(
      await at.outcome(remove, { [`${Noun}Name`]: 'none' }),
      `NoSuchEntity: The ${kind} with name none cannot be found.`,
    )
  })

  test(`a boundary of a ${kind} is put by the new one, and removed by the old`, async () => {
    await using at = await open()
    await at.call('CreatePolicy', { PolicyName: 'Wide', PolicyDocument: document })
    await at.make(kind, { name: 'Ann' })
    const delegate = at.as(
      userCaller({
        layers: { identity: [when({ StringEquals: { 'iam:PermissionsBoundary': PolicyArn } })] },
      }),
    )
    assert.equal(
      (await delegate(put, { ...named, PermissionsBoundary: arnOf('policy/Wide') })).status,
      403,
    )
    assert.equal((await delegate(remove, named)).status, 403)
    assert.equal((await delegate(put, { ...named, PermissionsBoundary: PolicyArn })).status, 200)
    assert.equal((await delegate(remove, named)).status, 200)
  })
}
