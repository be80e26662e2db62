import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, codeOf, policy, userCaller } from '../wire-scene.ts'
import { arnOf, documentOf, listed, openIam, texts } from './open-iam.ts'

const ofTheFile = 'is put in place by the settings file: change it there.'

const kinds = [
  ['user', 'User', 2048],
  ['group', 'Group', 5120],
  ['role', 'Role', 10_240],
] as const
const document =
  '{ "Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "s3:GetObject", ' +
  '"Resource": "*"} }'

for (const [kind, Noun, most] of kinds) {
  const named = { [`${Noun}Name`]: 'ANN' }

  test(`a ${kind}'s inline policy is put, told as written, replaced, listed, deleted`, async () => {
    await using at = await openIam()
    await at.make(kind, { name: 'Ann' })
    assert.equal(
      await at.outcome(`Put${Noun}Policy`, {
        ...named,
        PolicyName: 'Read',
        PolicyDocument: document,
      }),
      '200',
    )
    const told = await at.call(`Get${Noun}Policy`, { ...named, PolicyName: 'READ' })
    assert.deepEqual(
      [
        texts(told, `${Noun}Name`),
        texts(told, 'PolicyName'),
        decodeURIComponent(texts(told, 'PolicyDocument')[0]!),
      ],
      [['Ann'], ['Read'], document],
    )

    const other = documentOf(200)
    for (const PolicyName of ['read', 'b', '10', '9'])
      assert.equal(
        await at.outcome(`Put${Noun}Policy`, { ...named, PolicyName, PolicyDocument: other }),
        '200',
      )
    const list = `List${Noun}Policies`
    assert.deepEqual(listed(await at.call(list, named)), ['10', '9', 'b', 'read'])
    const page = await at.call(list, { ...named, MaxItems: '3' })
    assert.deepEqual([listed(page), texts(page, 'IsTruncated')], [['10', '9', 'b'], ['true']])
    assert.equal(await at.outcome(`Delete${Noun}Policy`, { ...named, PolicyName: 'B' }), '200')
    const rest = await at.call(list, { ...named, Marker: texts(page, 'Marker')[0]! })
    assert.deepEqual(
      [listed(rest), texts(rest, 'IsTruncated')],
      [['read'], ['false']],
      'what was told may go between two pages',
    )

    const missing = `NoSuchEntity: The ${kind} policy with name B cannot be found.`
    for (const action of ['Get', 'Delete'])
      assert.equal(
        await at.outcome(`${action}${Noun}Policy`, { ...named, PolicyName: 'B' }),
        missing,
      )
    assert.deepEqual(at.bugs, [])
  })

  test(`inline policies of a ${kind} have ${most} characters, white space aside`, async () => {
    await using at = await openIam()
    await at.make(kind, { name: 'Ann' })
    const put = (PolicyName: string, PolicyDocument: string) =>
      at.outcome(`Put${Noun}Policy`, { ...named, PolicyName, PolicyDocument })
    const half = documentOf(most / 2)
    assert.equal(await put('a', half.replace('{', `{${'  \n'.repeat(1000)}`)), '200')
    assert.equal(await put('b', half), '200')
    assert.equal(await put('A', half), '200', 'a replaced policy does not count')
    assert.equal(
      await put('c', documentOf(200)),
      `LimitExceeded: Maximum policy size of ${most} bytes exceeded for ${kind} Ann`,
    )
    assert.equal(
      await put('b', documentOf(most / 2 + 1)),
      `LimitExceeded: Maximum policy size of ${most} bytes exceeded for ${kind} Ann`,
    )
    assert.deepEqual(listed(await at.call(`List${Noun}Policies`, named)), ['A', 'b'])
  })

  test(`a ${kind} that is not there, or that the file owns, has no policy put`, async () => {
    const held = { name: 'Ann', path: '/x/', policies: { Own: document }, trustPolicy: '{}' }
    await using at = await openIam({ settings: { users: [held], groups: [held], roles: [held] } })
    const owned = `AccessDenied: The ${kind} Ann ${ofTheFile}`
    assert.equal(
      await at.outcome(`Put${Noun}Policy`, { ...named, PolicyName: 'P', PolicyDocument: document }),
      owned,
    )
    assert.equal(await at.outcome(`Delete${Noun}Policy`, { ...named, PolicyName: 'Own' }), owned)
    assert.deepEqual(listed(await at.call(`List${Noun}Policies`, named)), ['Own'])
    for (const action of [`Get${Noun}Policy`, `Delete${Noun}Policy`, `List${Noun}Policies`]) {
      assert.equal(
        await at.outcome(action, { [`${Noun}Name`]: 'bob', PolicyName: 'P' }),
        `NoSuchEntity: The ${kind} with name bob cannot be found.`,
      )
    }
  })
}

test('a document is parsed when it is written; what does not parse is not kept', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'ann' })
  const put = (PolicyDocument: string, PolicyName = 'P') =>
    at.outcome('PutUserPolicy', { UserName: 'ann', PolicyName, PolicyDocument })
  assert.match(
    await put('{}'),
    new RegExp(
      '^MalformedPolicyDocument: Syntax errors in policy\\. \\(line 1, column 1: the policy has ' +
        'no Statement\\)$',
    ),
  )
  assert.match(
    await put('{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Effect":"Deny"}]}'),
    /^MalformedPolicyDocument: /,
  )
  assert.match(
    await put('{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}'),
    /^MalformedPolicyDocument: .*Principal/,
  )
  for (const wrong of ['', 'null', '[]', '%7B%7D', `${'['.repeat(1500)}`, '{"Statement":"\u0100"}'])
    assert.match(await put(wrong), /^(MalformedPolicyDocument|ValidationError): /)
  assert.match(
    await put(document, 'a/b'),
    /^ValidationError: The specified value for policyName is invalid\. It must contain only /,
  )
  assert.match(
    await put('x'.repeat(131_073)),
    /^ValidationError: .*length less than or equal to 131072/,
  )
  assert.deepEqual(listed(await at.call('ListUserPolicies', { UserName: 'ann' })), [])
  assert.deepEqual(at.bugs, [])
})

test('a policy may have the name of anything that objects inherit', async () => {
  await using at = await openIam()
  await at.make('role', { name: 'r' })
  const names = ['__proto__', 'constructor', 'toString']
  for (const PolicyName of names) {
    assert.match(await at.outcome('GetRolePolicy', { RoleName: 'r', PolicyName }), /^NoSuchEntity/)
    assert.equal(
      await at.outcome('PutRolePolicy', { RoleName: 'r', PolicyName, PolicyDocument: document }),
      '200',
    )
  }
  assert.deepEqual(listed(await at.call('ListRolePolicies', { RoleName: 'r' })), [...names].sort())
  assert.equal(
    await at.outcome('DeleteRolePolicy', { RoleName: 'r', PolicyName: '__proto__' }),
    '200',
  )
  assert.deepEqual(listed(await at.call('ListRolePolicies', { RoleName: 'r' })), [
    'constructor',
    'toString',
  ])
})

test('who may is decided on the entity: its path, its tags, its boundary', async () => {
  await using at = await openIam()
  await at.make('role', {
    name: 'App',
    path: '/apps/',
    tags: [{ Key: 'team', Value: 'db' }],
    permissionsBoundary: arnOf('policy/Bound'),
  })
  await at.make('role', { name: 'Free', path: '/apps/' })
  const asked = (...identity: ReturnType<typeof allow>[]) =>
    at.as(userCaller({ layers: { identity } }))
  const put = async (call: ReturnType<typeof asked>, RoleName: string) =>
    codeOf(await call('PutRolePolicy', { RoleName, PolicyName: 'P', PolicyDocument: document })) ??
    '200'
  assert.equal(await put(asked(allow('iam:PutRolePolicy', arnOf('role/apps/*'))), 'APP'), '200')
  assert.equal(
    await put(asked(allow('iam:PutRolePolicy', arnOf('role/APP'))), 'APP'),
    'AccessDenied',
  )
  assert.equal(
    await put(asked(allow('iam:PutRolePolicy', arnOf('role/apps/*'))), 'nobody'),
    'AccessDenied',
    'who may not know learns nothing',
  )
  const when = (Condition: object) =>
    policy('identity', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition },
    })
  for (const condition of [
    { 'aws:ResourceTag/team': 'db' },
    { 'iam:PermissionsBoundary': arnOf('policy/Bound') },
  ]) {
    const call = asked(when({ StringEquals: condition }))
    assert.deepEqual([await put(call, 'App'), await put(call, 'Free')], ['200', 'AccessDenied'])
  }
  const elsewhere = at.as(
    userCaller({
      account: '444455556666',
      principal: { kind: 'user', arn: 'arn:aws:iam::444455556666:user/x', account: '444455556666' },
      layers: { identity: [allow('iam:*')] },
    }),
  )
  assert.equal(
    codeOf(await elsewhere('GetRolePolicy', { RoleName: 'App', PolicyName: 'P' })),
    'NoSuchEntity',
    `not of ${account}`,
  )
})
