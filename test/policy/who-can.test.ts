import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Access,
  type ActionReference,
  accessOf,
  accessOfMany,
  type Party,
  type Policy,
  type PolicyKind,
  parsePolicy,
  whatCan,
  whoCan,
} from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const account = '111122223333'
function policy(statement: unknown, kind: PolicyKind = 'identity'): Policy {
  const parsed = parsePolicy(
    kind,
    'p',
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}
const allow = (Action: string | string[], Resource: string, Condition = {}) =>
  policy({ Effect: 'Allow', Action, Resource, Condition })
const trust = (Principal: unknown, Condition = {}) =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }, 'trust')
const roleArn = (name: string, owner = account) => `arn:aws:iam::${owner}:role/${name}`
const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`
function user(name: string, identity: readonly Policy[], rest: Partial<Party> = {}): Party {
  return {
    arn: userArn(name),
    principal: { kind: 'user', arn: userArn(name), account, userArn: userArn(name) },
    identity,
    context: new Map([['aws:username', [name]]]),
    ...rest,
  }
}
function role(name: string, trusted: Policy, identity: readonly Policy[], owner = account): Party {
  const principal = {
    kind: 'assumed-role' as const,
    arn: `arn:aws:sts::${owner}:assumed-role/${name}/session`,
    account: owner,
    roleArn: roleArn(name, owner),
  }
  return { arn: roleArn(name, owner), principal, identity, trust: [trusted] }
}
const photos = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/cat.jpg',
  resourceAccount: account,
}
const onPhotos = allow('s3:Get*', 'arn:aws:s3:::photos/*')

test('tells who can by themselves, who might, and leaves out who cannot', () => {
  const { direct } = whoCan(photos, [
    user('ada', [onPhotos]),
    user('bob', [allow('s3:Get*', 'arn:aws:s3:::music/*')]),
    user('cem', [allow('s3:Get*', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]),
    user('dee', [onPhotos, policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })]),
    user('eve', [onPhotos], { boundary: [allow('ec2:*', '*')] }),
    user('fay', [allow('s3:GetObject', 'arn:aws:s3:::photos/${aws:username}.jpg')]),
    user('gil', [
      onPhotos,
      policy({
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
    ]),
    user('hal', [
      allow('s3:Get*', 'arn:aws:s3:::music/*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ]),
  ])
  assert.deepEqual(
    direct.map(({ arn, can, missingContext }) => [arn, can, missingContext]),
    [
      [userArn('ada'), 'yes', []],
      [userArn('cem'), 'depends', ['aws:multifactorauthpresent']],
      [userArn('gil'), 'depends', ['aws:multifactorauthpresent']],
    ],
  )
})

test('finds the roles by which somebody gets there, one after the other', () => {
  const reader = role('reader', trust({ AWS: roleArn('hub') }), [onPhotos])
  const hub = role('hub', trust({ AWS: account }), [allow('sts:AssumeRole', roleArn('reader'))])
  const { direct, paths } = whoCan(photos, [
    reader,
    hub,
    user('ada', [allow('sts:AssumeRole', roleArn('hub'))]),
    user('bob', [allow('sts:AssumeRole', roleArn('reader'))]),
  ])
  assert.deepEqual(
    direct.map(({ arn }) => arn),
    [roleArn('reader')],
  )
  assert.deepEqual(paths, [
    { arn: roleArn('hub'), start: 'party', through: [roleArn('reader')], can: 'yes' },
    {
      arn: userArn('ada'),
      start: 'party',
      through: [roleArn('hub'), roleArn('reader')],
      can: 'yes',
    },
  ])
})

test('a step that needs an external id makes the way depend, and circles end', () => {
  const ring = (name: string, next: string) =>
    role(name, trust({ AWS: account }, { StringEquals: { 'sts:ExternalId': 'x' } }), [
      allow('sts:AssumeRole', roleArn(next)),
      ...(name === 'a' ? [onPhotos] : []),
    ])
  const { paths } = whoCan(photos, [ring('a', 'b'), ring('b', 'a')])
  assert.deepEqual(paths, [
    { arn: roleArn('b'), start: 'party', through: [roleArn('a')], can: 'depends' },
  ])
})

test('names providers, services and accounts that nobody listed as starts', () => {
  const trusted = policy(
    [
      {
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com', AWS: ['444455556666', account] },
        Action: 'sts:AssumeRole',
      },
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:ldap-provider/corp` },
        Action: 'sts:AssumeRoleWithLDAPIdentity',
      },
    ],
    'trust',
  )
  const { paths } = whoCan(photos, [role('reader', trusted, [onPhotos])])
  assert.deepEqual(
    paths.map(({ arn, start, can }) => [arn, start, can]),
    [
      ['444455556666', 'outside', 'depends'],
      ['ec2.amazonaws.com', 'outside', 'depends'],
      [`arn:aws:iam::${account}:ldap-provider/corp`, 'outside', 'depends'],
    ],
  )
})

test('a resource policy opens to users that it names, and needs both sides across accounts', () => {
  const resourcePolicy = [
    policy(
      {
        Effect: 'Allow',
        Principal: { AWS: [userArn('ada'), roleArn('partner', '444455556666')] },
        Action: 's3:*',
        Resource: '*',
      },
      'resource',
    ),
  ]
  const partner = role('partner', trust({ Service: 'ec2.amazonaws.com' }), [], '444455556666')
  const { direct } = whoCan({ ...photos, resourcePolicy }, [
    user('ada', []),
    user('bob', []),
    partner,
  ])
  assert.deepEqual(
    direct.map(({ arn }) => arn),
    [userArn('ada')],
  )
  assert.equal(
    whoCan({ ...photos, resourcePolicy }, [{ ...partner, identity: [onPhotos] }]).direct.length,
    1,
  )
})

test('tells what a principal can do, and where', async () => {
  const ada = user('ada', [
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::home/${aws:username}/*'),
    allow('sqs:SendMessage', '*', { Bool: { 'aws:SecureTransport': 'true' } }),
    policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }),
  ])
  const can = whatCan(ada, await actionReference())
  assert.deepEqual(can, [
    {
      action: 's3:GetObject',
      can: 'yes',
      resources: ['arn:aws:s3:::home/${aws:username}/*'],
      missingContext: [],
    },
    {
      action: 'sqs:SendMessage',
      can: 'depends',
      resources: ['*'],
      missingContext: ['aws:securetransport'],
    },
  ])
})
test('a party is bound by account, keys of the request, boundary and control policies', () => {
  const ada = user('ada', [onPhotos])
  const can = (access: Partial<Access>, rest: Partial<Party> = {}) =>
    whoCan({ ...photos, ...access }, [{ ...ada, ...rest }]).direct.map((one) => one.can)
  assert.deepEqual(can({}), ['yes'])
  assert.deepEqual(can({ resourceAccount: '444455556666' }), [])
  assert.deepEqual(can({}, { boundary: [allow('ec2:*', '*')] }), [])
  assert.deepEqual(can({}, { boundary: [allow('s3:*', '*')] }), ['yes'])
  assert.deepEqual(
    can(
      {},
      {
        serviceControl: [
          [policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' }, 'service-control')],
        ],
      },
    ),
    [],
  )
  const control = policy(
    { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' },
    'resource-control',
  )
  assert.deepEqual(can({ resourceControl: [[control]] }), [])
  const tagged = {
    identity: [allow('s3:*', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } })],
  }
  const asked = {
    context: new Map([['aws:tagkeys', ['a']]]),
    multivalued: new Set(['aws:tagkeys']),
  }
  assert.deepEqual(can(asked, tagged), ['yes'])
  const plain = { identity: [allow('s3:*', '*', { StringEquals: { 'aws:TagKeys': 'a' } })] }
  assert.deepEqual([can({ context: asked.context }, plain), can(asked, plain)], [['yes'], []])
})

test('a party brings its ARN, its account and what is known of it; the request counts more', () => {
  const allowed = (Condition: object, context?: Access['context']) =>
    whoCan({ ...photos, ...(context && { context }) }, [
      user('ada', [allow('s3:*', '*', Condition)]),
      role('app', trust('*'), [allow('s3:*', '*', Condition)]),
    ])
      .direct.filter(({ can }) => can === 'yes')
      .map(({ arn }) => arn)
  assert.deepEqual(allowed({ ArnEquals: { 'aws:PrincipalArn': userArn('ada') } }), [userArn('ada')])
  assert.deepEqual(allowed({ ArnEquals: { 'aws:PrincipalArn': roleArn('app') } }), [roleArn('app')])
  assert.equal(allowed({ StringEquals: { 'aws:PrincipalAccount': account } }).length, 2)
  assert.deepEqual(
    allowed({ StringEquals: { 'aws:username': 'eve' } }, new Map([['aws:username', ['eve']]])),
    [userArn('ada'), roleArn('app')],
  )
})

test('tells by which statements, and which keys could turn the answer', () => {
  const { direct } = whoCan(photos, [
    user('ada', [onPhotos]),
    user('bob', [
      allow('s3:*', '*', { StringEquals: { 'aws:SourceVpc': 'a', 'aws:SourceVpce': 'b' } }),
      policy({
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringNotEquals: { 'app:zone': 'x' } },
      }),
    ]),
  ])
  assert.deepEqual(direct, [
    {
      arn: userArn('ada'),
      can: 'yes',
      because: [{ policy: 'p', statement: 0, layer: 'identity' }],
      missingContext: [],
    },
    {
      arn: userArn('bob'),
      can: 'depends',
      because: [{ policy: 'p', statement: 0, layer: 'identity' }],
      missingContext: ['app:zone', 'aws:sourcevpc', 'aws:sourcevpce'],
    },
  ])
})

test('a way depends when its end does, and takes the boundary and controls of who goes it', () => {
  const reader = role('reader', trust({ AWS: account }), [
    allow('s3:Get*', '*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  ])
  const mayAssume = allow('sts:AssumeRole', '*')
  const ways = (rest: Partial<Party>, end = reader) =>
    whoCan(photos, [end, user('ada', [mayAssume], rest)]).paths
  assert.deepEqual(ways({}), [
    { arn: userArn('ada'), start: 'party', through: [roleArn('reader')], can: 'depends' },
  ])
  assert.deepEqual(ways({}, { ...reader, identity: [onPhotos] })[0]?.can, 'yes')
  assert.deepEqual(ways({ boundary: [allow('s3:*', '*')] }), [])
  assert.equal(ways({ boundary: [mayAssume] }).length, 1)
  assert.deepEqual(ways({ serviceControl: [[allow('s3:*', '*')]] }), [])
  assert.deepEqual(ways({ identity: [] }), [])
})

test('a role of another account is taken only where both sides allow it', () => {
  const partner = role('partner', trust({ AWS: userArn('ada') }), [onPhotos], '444455556666')
  const foreign = { ...photos, resourceAccount: '444455556666' }
  const starts = (identity: readonly Policy[]) =>
    whoCan(foreign, [partner, user('ada', identity)]).paths.map(({ arn }) => arn)
  assert.deepEqual(starts([]), [])
  assert.deepEqual(starts([allow('sts:AssumeRole', '*')]), [userArn('ada')])
  const local = role('local', trust({ AWS: userArn('ada') }), [onPhotos])
  assert.deepEqual(
    whoCan(photos, [local, user('ada', [])]).paths.map(({ arn }) => arn),
    [userArn('ada')],
  )
})

test('everybody, and principals of unlisted accounts, are starts; those of listed ones not', () => {
  const trusted = policy(
    [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
      {
        Effect: 'Allow',
        Principal: {
          AWS: [
            roleArn('gone'),
            roleArn('partner', '444455556666'),
            'arn:aws:iam::444455556666:root',
          ],
        },
        Action: 'sts:AssumeRole',
      },
      { Effect: 'Allow', Principal: { CanonicalUser: 'a'.repeat(64) }, Action: 'sts:AssumeRole' },
      { Effect: 'Deny', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      {
        Effect: 'Allow',
        Principal: { Federated: 'accounts.google.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
      {
        Effect: 'Allow',
        Principal: { Federated: 'accounts.google.com' },
        Action: 'sts:TagSession',
      },
    ],
    'trust',
  )
  const { paths } = whoCan(photos, [role('reader', trusted, [onPhotos])])
  assert.deepEqual(
    paths.map(({ arn, start, through }) => [arn, start, through]),
    [
      '*',
      roleArn('partner', '444455556666'),
      'arn:aws:iam::444455556666:root',
      'accounts.google.com',
    ].map((arn) => [arn, 'outside', [roleArn('reader')]]),
  )
})

test('what a principal can do is tried on what its policies name', () => {
  const action = (name: string) => ({
    name,
    level: 'Read' as const,
    resources: [],
    needsResource: false,
    keys: [],
  })
  const small: ActionReference = {
    services: ['s3', 'sqs', 'none'],
    actions: (service) =>
      ({ s3: ['GetObject', 'PutObject'].map(action), sqs: ['SendMessage'].map(action) })[service],
    keys: () => [],
    absence: () => undefined,
  }
  const can = (statement: object, rest: Partial<Party> = {}, context?: Access['context']) =>
    whatCan(user('ada', [policy({ Effect: 'Allow', ...statement })], rest), small, context).map(
      (one) => [one.action, one.can, one.resources, one.missingContext],
    )
  assert.deepEqual(can({ NotAction: 's3:*', Resource: '*' }), [
    ['sqs:SendMessage', 'yes', ['*'], []],
  ])
  assert.deepEqual(can({ Action: 's3:getobject', NotResource: 'arn:aws:s3:::photos/*' }), [
    ['s3:GetObject', 'yes', ['*'], []],
  ])
  for (const pattern of [
    "arn:aws:s3:::${aws:PrincipalTag/t, 'none'}/?/*",
    'arn:aws:s3:::${AWS:username}',
    'arn:aws:s3:::${*}',
    'arn:aws:s3:::a*b?c',
  ]) {
    assert.deepEqual(
      can({ Action: 's3:Put*', Resource: pattern }),
      [['s3:PutObject', 'yes', [pattern], []]],
      pattern,
    )
  }
  const tagged = {
    Action: 's3:Put*',
    Resource: ['arn:aws:s3:::${aws:PrincipalTag/t}', 'arn:aws:s3:::b', 'arn:aws:s3:::b'],
  }
  assert.deepEqual(can(tagged), [
    ['s3:PutObject', 'yes', tagged.Resource.slice(0, 2), ['aws:principaltag/t']],
  ])
  const condition = {
    Bool: { 'aws:SecureTransport': 'true' },
    StringEquals: { 'aws:RequestedRegion': 'eu-central-1' },
  }
  const asked = { Action: 'sqs:*', Resource: '*', Condition: condition }
  assert.deepEqual(can(asked), [
    ['sqs:SendMessage', 'depends', ['*'], ['aws:requestedregion', 'aws:securetransport']],
  ])
  assert.deepEqual(
    can(
      asked,
      {},
      new Map([
        ['aws:securetransport', ['true']],
        ['aws:requestedregion', ['eu-central-1']],
      ]),
    ),
    [['sqs:SendMessage', 'yes', ['*'], []]],
  )
  assert.deepEqual(can({ Action: 's3:*', Resource: '*' }, { boundary: [allow('sqs:*', '*')] }), [])
  assert.deepEqual(can({ Effect: 'Deny', Action: 's3:*', Resource: '*' }), [])
})
test('a resource policy that would open under a key makes the answer depend on that key', () => {
  const opening = (Principal: unknown, Condition: object) => [
    policy({ Effect: 'Allow', Principal, Action: 's3:*', Resource: '*', Condition }, 'resource'),
  ]
  const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const keys = (resourcePolicy: readonly Policy[], rest: Partial<Party> = {}) =>
    whoCan({ ...photos, resourcePolicy }, [user('ada', [], rest)]).direct.map(
      ({ can, missingContext }) => [can, missingContext],
    )
  assert.deepEqual(keys(opening({ AWS: userArn('ada') }, mfa)), [
    ['depends', ['aws:multifactorauthpresent']],
  ])
  assert.deepEqual(keys(opening({ AWS: userArn('bob') }, mfa)), [])
  assert.deepEqual(
    keys(opening({ AWS: userArn('ada') }, mfa), { boundary: [allow('ec2:*', '*')] }),
    [],
  )
  const asked = allow('s3:*', '*', { StringEquals: { 'app:zone': 'a' } })
  assert.deepEqual(keys(opening({ AWS: userArn('ada') }, mfa), { identity: [asked] }), [
    ['depends', ['app:zone', 'aws:multifactorauthpresent']],
  ])
})

test('a Deny that no key can lift leaves nothing to depend on', () => {
  const can = (...statements: object[]) =>
    whoCan(photos, [
      user('ada', [
        onPhotos,
        ...statements.map((one) => policy({ Resource: '*', Action: '*', ...one })),
      ]),
    ]).direct.map((one) => one.can)
  const deny = { Effect: 'Deny' }
  const lifted = { ...deny, Condition: { StringNotEquals: { 'app:zone': 'a' } } }
  assert.deepEqual(can(lifted), ['depends'])
  assert.deepEqual(can(lifted, deny), [])
  assert.deepEqual(can({ ...deny, Action: 'ec2:*' }), ['yes'])
  assert.deepEqual(can({ ...deny, Condition: { StringNotEquals: { 'aws:username': 'bob' } } }), [])
})

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

test('the account of the resource, or of the role, is known', () => {
  const own = { StringEquals: { 'aws:ResourceAccount': account } }
  const taking = allow('sts:AssumeRole', '*', own)
  const { direct, paths } = whoCan(photos, [
    user('ada', [allow('s3:Get*', '*', own)]),
    user('bob', [
      allow('s3:Get*', '*', { StringEquals: { 'aws:ResourceAccount': '444455556666' } }),
    ]),
    user('cem', [taking]),
    role('reader', trust({ AWS: account }), [onPhotos]),
  ])
  assert.deepEqual(
    direct.map(({ arn, can }) => [arn, can]),
    [
      [userArn('ada'), 'yes'],
      [roleArn('reader'), 'yes'],
    ],
  )
  assert.deepEqual(
    paths.map(({ arn, can }) => [arn, can]),
    [[userArn('cem'), 'yes']],
  )
})

test('a variable with a default is a key that the request could bring', () => {
  const onTeams = allow('s3:Get*', "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/*")
  const named = allow('s3:Get*', '*', {
    StringEquals: { 's3:prefix': "${aws:PrincipalTag/team, 'none'}" },
  })
  const answer = whoCan({ ...photos, context: new Map([['s3:prefix', ['photos']]]) }, [
    user('ada', [onTeams]),
    user('bob', [named]),
  ])
  assert.deepEqual(
    answer.direct.map(({ can, missingContext }) => [can, missingContext]),
    [
      ['depends', ['aws:principaltag/team']],
      ['depends', ['aws:principaltag/team']],
    ],
  )
})

test('of two ways to a role, the sure one is told, though it is longer', () => {
  const ada = user('ada', [])
  const middle = role('Middle', trust({ AWS: userArn('ada') }), [])
  const trusting = policy(
    [
      {
        Effect: 'Allow',
        Principal: { AWS: userArn('ada') },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
      { Effect: 'Allow', Principal: { AWS: roleArn('Middle') }, Action: 'sts:AssumeRole' },
    ],
    'trust',
  )
  const { paths } = whoCan(photos, [ada, middle, role('Goal', trusting, [onPhotos])])
  assert.deepEqual(
    paths.filter(({ arn }) => arn === userArn('ada')).map(({ through, can }) => [through, can]),
    [[[roleArn('Middle'), roleArn('Goal')], 'yes']],
  )
})

test('who can assume a role: as its trust policy says, and if that is unknown it depends', () => {
  const parties = [
    user('ada', [allow('sts:AssumeRole', '*')]),
    user('bob', [allow('sts:AssumeRole', '*')]),
    user('cem', []),
    user('dee', [policy({ Effect: 'Deny', Action: '*', Resource: '*' })]),
    role('Goal', trust({ AWS: userArn('ada') }), []),
  ]
  const taking = (name: string, rest: Partial<Access> = {}) =>
    whoCan(
      { action: 'sts:AssumeRole', resource: roleArn(name), resourceAccount: account, ...rest },
      parties,
    ).direct.map(({ arn, can, dependsOn }) => [arn, can, dependsOn])
  assert.deepEqual(taking('Goal'), [[userArn('ada'), 'yes', undefined]])
  assert.deepEqual(taking('Other'), [
    [userArn('ada'), 'depends', 'trust'],
    [userArn('bob'), 'depends', 'trust'],
    [userArn('cem'), 'depends', 'trust'],
    [roleArn('Goal'), 'depends', 'trust'],
  ])
  assert.deepEqual(taking('Other', { trust: [trust({ AWS: userArn('cem') })] }), [
    [userArn('cem'), 'yes', undefined],
  ])
  const key = `arn:aws:kms:eu-west-1:${account}:key/1`
  const onKey = { action: 'kms:Decrypt', resource: key, resourceAccount: account }
  assert.deepEqual(
    whoCan(onKey, [user('ada', [allow('kms:*', '*')])]).direct.map(({ can, dependsOn }) => [
      can,
      dependsOn,
    ]),
    [['depends', 'resource']],
  )
})

test('parties that share their policies share answers, but for what the policies look at', () => {
  const lists = [
    [allow('s3:*', 'arn:aws:s3:::home/${aws:username}/*')],
    [allow('s3:*', '*', { StringEquals: { 'aws:PrincipalTag/team': 'blue' } })],
    [
      allow('s3:*', '*'),
      policy({
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ],
    [allow('s3:GetObject', '*', { ArnLike: { 'aws:PrincipalArn': userArn('ada') } })],
    [],
  ]
  let asked = 0
  const counted = lists.map((identity) => [...identity])
  const boundary = [allow('s3:Get*', '*', { Null: { 'aws:PrincipalTag/team': 'false' } })]
  const parties = counted.flatMap((identity) =>
    ['ada', 'bob', 'cem', 'ada'].flatMap((name) =>
      [undefined, ['blue'], ['red']].flatMap((team) => {
        const context = new Map([['aws:username', [name]]])
        if (team) context.set('aws:principaltag/team', team)
        const party = user(name, identity, { context })
        const root = { ...party, principal: { ...party.principal, kind: 'root' as const } }
        return [party, { ...party, boundary }, root]
      }),
    ),
  )
  const accesses: readonly Access[] = [
    { action: 's3:GetObject', resource: 'arn:aws:s3:::home/ada/x', resourceAccount: account },
    { action: 's3:PutObject', resource: '*' },
    {
      ...{ action: 's3:GetObject', resource: 'arn:aws:s3:::home/bob/x' },
      context: new Map([['aws:securetransport', ['false']]]),
    },
    {
      action: 'sts:AssumeRole',
      resource: roleArn('Goal'),
      trust: [trust({ AWS: userArn('ada') })],
    },
    {
      ...{ action: 's3:GetObject', resource: 'arn:aws:s3:::home' },
      resourcePolicy: [
        policy(
          { Effect: 'Allow', Principal: { AWS: userArn('bob') }, Action: '*', Resource: '*' },
          'resource',
        ),
      ],
    },
  ]
  for (const access of accesses) {
    const ofMany = accessOfMany(access)
    for (const party of parties) {
      assert.deepEqual(ofMany(party), accessOf(party, access))
      asked++
    }
  }
  assert.equal(asked, accesses.length * parties.length)
})

test('a thousand users with one list of policies are decided once', () => {
  let looks = 0
  const identity = [allow('s3:*', '*')]
  const [{ statements }] = identity as [Policy]
  const counted = [
    {
      ...identity[0],
      get statements() {
        looks++
        return statements
      },
    },
  ] as unknown as readonly Policy[]
  const ofMany = accessOfMany({ action: 's3:GetObject', resource: '*' })
  const found = Array.from({ length: 1000 }, (_, at) => ofMany(user(`u${at}`, counted)))
  assert.equal(found.filter(({ can }) => can === 'yes').length, 1000)
  assert.ok(looks < 20, `the policy was read ${looks} times`)
})
