import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, policy, userCaller } from '../wire-scene.ts'
import { arnOf, documentOf, openIam, texts } from './open-iam.ts'

const document = documentOf(200)
const PolicyArn = arnOf('policy/ops/Read')
const read = { PolicyName: 'Read', Path: '/ops/', PolicyDocument: document }
const notFound = `NoSuchEntity: Policy ${PolicyArn} was not found.`
const owned =
  'AccessDenied: The policy Fixed is put in place by the settings file: change it there.'
const settings = { policies: [{ name: 'Fixed', document }] }

test('a policy is made, told, and goes', async () => {
  await using at = await openIam()
  const made = await at.call('CreatePolicy', {
    ...read,
    Description: 'reads & more',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'db',
  })
  assert.match(
    made.body,
    new RegExp(
      '<Policy><PolicyName>Read</PolicyName><PolicyId>ANPA[A-Z2-7]{17}</PolicyId><Arn>' +
        `${PolicyArn}</Arn><Path>/ops/</Path><DefaultVersionId>v1</DefaultVersionId>` +
        '<AttachmentCount>0</AttachmentCount><PermissionsBoundaryUsageCount>' +
        '0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>',
    ),
  )
  const told = await at.call('GetPolicy', { PolicyArn })
  assert.match(
    told.body,
    new RegExp(
      '<Description>reads &amp; more</Description><CreateDate>' +
        '2026-03-04T05:06:07Z</CreateDate><UpdateDate>2026-03-04T05:06:07Z</UpdateDate><Tags>' +
        '<member><Key>team<',
    ),
  )
  for (const PolicyName of ['READ', 'read']) {
    assert.equal(
      await at.outcome('CreatePolicy', { ...read, PolicyName }),
      `EntityAlreadyExists: A policy called ${PolicyName} already exists. Duplicate names ` +
        'are not allowed.',
    )
  }
  assert.equal(await at.outcome('DeletePolicy', { PolicyArn }), '200')
  for (const action of ['GetPolicy', 'DeletePolicy', 'ListPolicyVersions', 'ListEntitiesForPolicy'])
    assert.equal(await at.outcome(action, { PolicyArn }), notFound)
  assert.deepEqual(at.bugs, [])
})

test('versions: five at most, numbers do not come back, the default one stays', async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', read)
  const version = (more = {}) =>
    at.outcome('CreatePolicyVersion', { PolicyArn, PolicyDocument: document, ...more })
  const versions = async (more = {}) =>
    texts(await at.call('ListPolicyVersions', { PolicyArn, ...more }), 'VersionId')
  for (const more of [{}, { SetAsDefault: 'true' }, {}, {}])
    assert.equal(await version(more), '200')
  assert.match(
    await version(),
    /^LimitExceeded: A managed policy can have up to 5 versions\. Before you create/,
  )
  assert.deepEqual(await versions(), ['v5', 'v4', 'v3', 'v2', 'v1'])
  const page = await at.call('ListPolicyVersions', { PolicyArn, MaxItems: '2' })
  assert.deepEqual(
    [texts(page, 'VersionId'), await versions({ Marker: texts(page, 'Marker')[0]! })],
    [
      ['v5', 'v4'],
      ['v3', 'v2', 'v1'],
    ],
  )

  assert.match(
    await at.outcome('DeletePolicy', { PolicyArn }),
    /^DeleteConflict: This policy has more than one version\. Before you delete a policy, you must/,
  )
  assert.equal(
    await at.outcome('DeletePolicyVersion', { PolicyArn, VersionId: 'v3' }),
    'DeleteConflict: Cannot delete the default version of a policy.',
  )
  for (const VersionId of ['v5', 'v4'])
    assert.equal(await at.outcome('DeletePolicyVersion', { PolicyArn, VersionId }), '200')
  assert.match(
    (await at.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: document })).body,
    /<PolicyVersion><VersionId>v6<\/VersionId><IsDefaultVersion>false</,
  )
  assert.equal(await at.outcome('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v6' }), '200')
  const told = await at.call('GetPolicyVersion', { PolicyArn, VersionId: 'v6' })
  assert.deepEqual(
    [decodeURIComponent(texts(told, 'Document')[0]!), texts(told, 'IsDefaultVersion')],
    [document, ['true']],
  )
  assert.deepEqual(texts(await at.call('GetPolicy', { PolicyArn }), 'DefaultVersionId'), ['v6'])
  for (const action of ['GetPolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion']) {
    assert.equal(
      await at.outcome(action, { PolicyArn, VersionId: 'v5' }),
      `NoSuchEntity: Policy ${PolicyArn} version v5 does not exist or is not attachable.`,
    )
    assert.match(await at.outcome(action, { PolicyArn, VersionId: 'v0' }), /^ValidationError/)
  }
})

test('documents are parsed and measured when they are written', async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', read)
  for (const [action, rest] of [
    ['CreatePolicy', { PolicyName: 'Other' }],
    ['CreatePolicyVersion', { PolicyArn }],
  ] as const) {
    assert.match(
      await at.outcome(action, { ...rest, PolicyDocument: '{"Statement":[]}' }),
      new RegExp(
        '^MalformedPolicyDocument: Syntax errors in policy\\. \\(line 1, column 14: Statement: ' +
          'at least one',
      ),
    )
    assert.equal(
      await at.outcome(action, { ...rest, PolicyDocument: documentOf(6145) }),
      'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
    )
    assert.equal(
      await at.outcome(action, {
        ...rest,
        PolicyDocument: documentOf(6144).replace('{', `{${' '.repeat(5000)}`),
      }),
      '200',
    )
  }
  const tag = {
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': '',
    'Tags.member.2.Key': 'A',
    'Tags.member.2.Value': '',
  }
  assert.match(
    await at.outcome('CreatePolicy', { ...read, PolicyName: 'Tagged', ...tag }),
    /^InvalidInput: Duplicate tag keys/,
  )
})

test("a policy is found by its exact ARN, in the caller's account and partition", async () => {
  await using at = await openIam({ settings })
  await at.call('CreatePolicy', read)
  for (const arn of [
    arnOf('policy/Read'),
    arnOf('policy/ops/READ'),
    arnOf('policy/OPS/Read'),
    'arn:aws:iam::aws:policy/AdministratorExcess',
  ]) {
    assert.equal(
      await at.outcome('GetPolicy', { PolicyArn: arn }),
      `NoSuchEntity: Policy ${arn} was not found.`,
    )
  }
  for (const arn of [
    'arn:aws-cn:iam::111122223333:policy/Read',
    'arn:aws:iam:eu-west-1:111122223333:policy/Read',
    arnOf('role/ops/Read'),
    'arn:aws:sts::111122223333:policy/Read',
    arnOf('policy/a b'),
    `${PolicyArn}\n`,
    'a'.repeat(20),
  ]) {
    assert.match(
      await at.outcome('DeletePolicy', { PolicyArn: arn }),
      arn.startsWith('arn:')
        ? /^ValidationError: ARN .* is not valid\.$/s
        : /^ValidationError: Invalid ARN: {2}Could not be parsed!$/,
    )
  }
  assert.match(
    await at.outcome('GetPolicy', { PolicyArn: 'arn:aws:iam::444455556666:policy/x' }),
    /^AccessDenied/,
    'nobody acts on another account',
  )
  assert.equal(await at.outcome('GetPolicy', { PolicyArn }), '200')
})

test('what the settings file put in place is told and not changed', async () => {
  await using at = await openIam({ settings })
  const fixed = { PolicyArn: arnOf('policy/Fixed'), PolicyDocument: document, VersionId: 'v1' }
  assert.equal(await at.outcome('GetPolicyVersion', fixed), '200')
  for (const action of [
    'CreatePolicyVersion',
    'DeletePolicy',
    'DeletePolicyVersion',
    'SetDefaultPolicyVersion',
  ])
    assert.equal(await at.outcome(action, fixed), owned)
})

test('the list: pages, paths, scopes, and what is used as what', async () => {
  await using at = await openIam({ settings })
  for (const PolicyName of ['Bound', 'apply', 'Zed'])
    await at.call('CreatePolicy', { ...read, PolicyName })
  await at.make('group', { name: 'g', attachedPolicies: [arnOf('policy/ops/apply')] })
  await at.make('role', { name: 'r', permissionsBoundary: arnOf('policy/ops/Bound') })
  const names = async (parameters: Readonly<Record<string, string>> = {}) =>
    texts(await at.call('ListPolicies', { Scope: 'Local', ...parameters }), 'PolicyName')
  assert.deepEqual(await names(), ['apply', 'Bound', 'Fixed', 'Zed'])
  assert.deepEqual(await names({ PathPrefix: '/ops/' }), ['apply', 'Bound', 'Zed'])
  assert.deepEqual(await names({ Scope: 'Local', OnlyAttached: 'true' }), ['apply', 'Bound'])
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), ['Bound'])
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy' }), [
    'apply',
    'Fixed',
    'Zed',
  ])
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy', OnlyAttached: 'true' }), [
    'apply',
  ])
  const page = await at.call('ListPolicies', { Scope: 'Local', MaxItems: '2' })
  assert.deepEqual(
    [
      texts(page, 'PolicyName'),
      texts(page, 'AttachmentCount'),
      texts(page, 'PermissionsBoundaryUsageCount'),
    ],
    [
      ['apply', 'Bound'],
      ['1', '0'],
      ['0', '1'],
    ],
  )
  assert.deepEqual(await names({ Marker: texts(page, 'Marker')[0]! }), ['Fixed', 'Zed'])
  const last = await at.call('ListPolicies', {
    Scope: 'Local',
    MaxItems: '1',
    Marker: texts(await at.call('ListPolicies', { Scope: 'Local', MaxItems: '3' }), 'Marker')[0]!,
  })
  assert.deepEqual(
    [texts(last, 'PolicyName'), texts(last, 'IsTruncated'), texts(last, 'Marker')],
    [['Zed'], ['false'], []],
  )
  assert.match(
    await at.outcome('ListPolicies', { Marker: '***' }),
    /^ValidationError: Invalid Marker/,
  )
})

test('who uses a policy, by page, kind and use; it goes only when nobody does', async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', read)
  const attachedPolicies = [PolicyArn]
  for (const name of ['b', 'A']) await at.make('user', { name, attachedPolicies })
  await at.make('group', { name: 'g', path: '/x/', attachedPolicies })
  await at.make('role', { name: 'both', attachedPolicies, permissionsBoundary: PolicyArn })
  await at.make('role', { name: 'bounded', permissionsBoundary: PolicyArn })
  const using = async (parameters: Readonly<Record<string, string>> = {}) => {
    const answer = await at.call('ListEntitiesForPolicy', { PolicyArn, ...parameters })
    return {
      names: [
        ...texts(answer, 'GroupName'),
        ...texts(answer, 'RoleName'),
        ...texts(answer, 'UserName'),
      ],
      Marker: texts(answer, 'Marker')[0],
    }
  }
  assert.deepEqual((await using()).names, ['g', 'both', 'bounded', 'A', 'b'])
  assert.deepEqual(
    (await using({ EntityFilter: 'Role', PolicyUsageFilter: 'PermissionsPolicy' })).names,
    ['both'],
  )
  assert.deepEqual((await using({ PolicyUsageFilter: 'PermissionsBoundary' })).names, [
    'both',
    'bounded',
  ])
  assert.deepEqual((await using({ PathPrefix: '/x/' })).names, ['g'])
  assert.deepEqual((await using({ EntityFilter: 'AWSManagedPolicy' })).names, [])
  const told: string[] = []
  let Marker: string | undefined
  do {
    const page = await using({ MaxItems: '2', ...(Marker && { Marker }) })
    told.push(...page.names)
    Marker = page.Marker
  } while (Marker)
  assert.deepEqual(told, ['g', 'both', 'bounded', 'A', 'b'])
  assert.match(
    await at.outcome('ListEntitiesForPolicy', {
      PolicyArn,
      Marker: Buffer.from('policy/x').toString('base64url'),
    }),
    /^ValidationError: Invalid Marker/,
  )
  assert.deepEqual(texts(await at.call('GetPolicy', { PolicyArn }), 'AttachmentCount'), ['4'])
  assert.equal(
    await at.outcome('DeletePolicy', { PolicyArn }),
    'DeleteConflict: Cannot delete a policy attached to entities.',
  )
})

test("who may is decided on the policy's ARN, its tags and the tags that come", async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', {
    ...read,
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'db',
  })
  const when = (Condition: object) =>
    userCaller({
      layers: {
        identity: [
          policy('identity', {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition },
          }),
        ],
      },
    })
  const byTag = at.as(when({ StringEquals: { 'iam:ResourceTag/team': 'db' } }))
  assert.equal((await byTag('GetPolicy', { PolicyArn })).status, 200)
  assert.equal((await byTag('GetPolicy', { PolicyArn: arnOf('policy/none') })).status, 403)
  const requested = at.as(when({ StringEquals: { 'aws:RequestTag/team': 'web' } }))
  assert.equal((await requested('CreatePolicy', { ...read, PolicyName: 'x' })).status, 403)
  assert.equal(
    (
      await requested('CreatePolicy', {
        ...read,
        PolicyName: 'x',
        'Tags.member.1.Key': 'team',
        'Tags.member.1.Value': 'web',
      })
    ).status,
    200,
  )
  const byArn = at.as(
    userCaller({ layers: { identity: [allow('iam:*Policy', arnOf('policy/ops/*'))] } }),
  )
  assert.equal((await byArn('CreatePolicy', { ...read, PolicyName: 'y' })).status, 200)
  assert.equal((await byArn('CreatePolicy', { ...read, PolicyName: 'z', Path: '/' })).status, 403)
  assert.equal((await byArn('ListPolicies')).status, 403)
})
