import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessedLevel } from '../../src/policy/access-level.ts'
import {
  type AccessLevel,
  type ActionCatalogue,
  accessLevels,
  type PolicyKind,
  parsePolicy,
  summarize,
  summaryText,
} from '../../src/policy/index.ts'
import type { StatementDocument } from './reference-evaluator.ts'

const actions: Readonly<Record<string, Readonly<Record<string, AccessLevel>>>> = {
  s3: {
    ListBucket: 'List',
    ListAllMyBuckets: 'List',
    GetObject: 'Read',
    GetBucketLocation: 'Read',
    PutObject: 'Write',
    DeleteObject: 'Write',
    PutBucketPolicy: 'Permissions management',
    PutObjectTagging: 'Tagging',
  },
  sqs: { ListQueues: 'List', SendMessage: 'Write' },
  ec2: { RunInstances: 'Write' },
}
const catalogue: ActionCatalogue = {
  services: Object.keys(actions),
  actions: (service) =>
    Object.hasOwn(actions, service)
      ? Object.entries(actions[service]!).map(([name, level]) => ({ name, level }))
      : undefined,
}
function summaryOf(
  statements: readonly StatementDocument[],
  known?: ActionCatalogue,
  kind: PolicyKind = 'identity',
) {
  const parsed = parsePolicy(
    kind,
    'test',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return summarize([parsed.policy], known)
}

test('tells services by access level, in full or limited', () => {
  const { rows } = summaryOf(
    [{ Effect: 'Allow', Action: ['s3:List*', 's3:getobject', 's3:Put*'], Resource: '*' }],
    catalogue,
  )
  assert.deepEqual(
    rows.map(({ effect, service }) => [effect, service]),
    [['Allow', 's3']],
  )
  assert.deepEqual(
    rows[0]?.levels.map(({ level, coverage, actions: names }) => [level, coverage, names]),
    [
      ['List', 'full', ['ListBucket', 'ListAllMyBuckets']],
      ['Read', 'limited', ['GetObject']],
      ['Write', 'limited', ['PutObject']],
      ['Permissions management', 'full', ['PutBucketPolicy']],
      ['Tagging', 'full', ['PutObjectTagging']],
    ],
  )
})

test('unites statements that differ in actions only, and keeps others apart', () => {
  const { rows } = summaryOf(
    [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::a/*'],
      },
      {
        Effect: 'Allow',
        Action: 's3:GetBucketLocation',
        Resource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'],
      },
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::a/*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
      { Effect: 'Deny', Action: 's3:PutObject', NotResource: 'arn:aws:s3:::a/*' },
    ],
    catalogue,
  )
  assert.deepEqual(
    rows.map(({ effect, resources, levels, conditions }) => [
      effect,
      resources,
      levels.map(({ level, coverage }) => [level, coverage]),
      conditions,
    ]),
    [
      [
        'Allow',
        { not: false, values: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'] },
        [['Read', 'full']],
        [],
      ],
      [
        'Allow',
        { not: false, values: ['arn:aws:s3:::a/*'] },
        [['Write', 'limited']],
        [{ operator: 'Bool', key: 'aws:securetransport', values: ['true'] }],
      ],
      ['Deny', { not: true, values: ['arn:aws:s3:::a/*'] }, [['Write', 'limited']], []],
    ],
  )
})

test('tells what is not covered: not allowed, denied everywhere, and silent services', () => {
  const { uncovered, silentServices } = summaryOf(
    [
      { Effect: 'Allow', Action: ['s3:Get*', 's3:*Object', 'sqs:*'], Resource: '*' },
      { Effect: 'Deny', Action: ['s3:DeleteObject', 'sqs:*'], Resource: '*' },
      {
        Effect: 'Deny',
        Action: 's3:PutObject',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::locked/*' },
    ],
    catalogue,
  )
  assert.deepEqual(
    uncovered.map(({ service, level, actions: names, why }) => [service, level, names, why]),
    [
      ['s3', 'List', ['ListBucket', 'ListAllMyBuckets'], 'not allowed'],
      ['s3', 'Write', ['DeleteObject'], 'denied'],
      ['s3', 'Permissions management', ['PutBucketPolicy'], 'not allowed'],
      ['s3', 'Tagging', ['PutObjectTagging'], 'not allowed'],
      ['sqs', 'List', ['ListQueues'], 'denied'],
      ['sqs', 'Write', ['SendMessage'], 'denied'],
    ],
  )
  assert.deepEqual(silentServices, ['sqs', 'ec2'])
})

test('tells everything, and everything but some, as one row', () => {
  const all = summaryOf([{ Effect: 'Allow', Action: '*', Resource: '*' }], catalogue)
  assert.deepEqual(
    [all.rows.length, all.rows[0]?.service, all.uncovered, all.silentServices],
    [1, '*', [], []],
  )
  assert.ok(all.rows[0]?.levels.every(({ coverage }) => coverage === 'full'))
  const but = summaryOf(
    [{ Effect: 'Allow', NotAction: ['s3:*', 'ec2:Run*'], Resource: '*' }],
    catalogue,
  )
  assert.deepEqual([but.rows[0]?.service, but.rows[0]?.except], ['*', ['s3:*', 'ec2:Run*']])
  assert.ok(but.rows[0]?.levels.every(({ coverage }) => coverage === 'limited'))
  assert.deepEqual(but.silentServices, ['s3', 'ec2'])
})

test('guesses levels by name where the catalogue does not know the service, and says so', () => {
  const { rows } = summaryOf([
    {
      Effect: 'Allow',
      Action: ['Foo:Get*', 'foo:CreateThing', 'foo:TagThing', 'bar:*'],
      Resource: '*',
    },
  ])
  assert.deepEqual(
    rows.map(({ service, levels }) => [
      service,
      levels.map(({ level, guessed }) => [level, guessed]),
    ]),
    [
      [
        'bar',
        [
          ['List', false],
          ['Read', false],
          ['Write', false],
          ['Permissions management', false],
          ['Tagging', false],
        ],
      ],
      [
        'foo',
        [
          ['Read', true],
          ['Write', true],
          ['Tagging', true],
        ],
      ],
    ],
  )
  const names: Readonly<Record<string, AccessLevel>> = {
    ListUsers: 'List',
    DescribeInstances: 'List',
    GetUser: 'Read',
    PutUserPolicy: 'Permissions management',
    AttachRolePolicy: 'Permissions management',
    PassRole: 'Permissions management',
    TagRole: 'Tagging',
    UntagRole: 'Tagging',
    CreateUser: 'Write',
    '*': 'Write',
  }
  for (const [name, level] of Object.entries(names)) assert.equal(guessedLevel(name), level, name)
})

test('reads well in a terminal', () => {
  const text = summaryText(
    summaryOf(
      [
        {
          Effect: 'Allow',
          Action: ['s3:List*', 's3:GetObject'],
          Resource: 'arn:aws:s3:::photos/*',
          Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.1'] } },
        },
        { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::photos/*' },
      ],
      catalogue,
    ),
  )
  assert.equal(
    text,
    [
      'Allow s3',
      '  List, in full',
      '  Read: GetObject',
      '  on arn:aws:s3:::photos/*',
      '  when aws:sourceip IpAddress 10.0.0.0/8, 192.0.2.1',
      'Deny every service except iam:*',
      '  List: *',
      '  Read: *',
      '  Write: *',
      '  Permissions management: *',
      '  Tagging: *',
      '  on everything but arn:aws:s3:::photos/*',
      '',
      'Of these services it does not cover:',
      '  s3 Read: GetBucketLocation',
      '  s3 Write: PutObject, DeleteObject',
      '  s3 Permissions management: PutBucketPolicy',
      '  s3 Tagging: PutObjectTagging',
      '',
      'Nothing of 2 other services: sqs, ec2',
    ].join('\n'),
  )
})

test('names principals of a trust policy', () => {
  const { rows } = summaryOf(
    [
      {
        Effect: 'Allow',
        Principal: { AWS: ['444455556666', '111122223333'] },
        Action: 'sts:AssumeRole',
      },
    ],
    undefined,
    'trust',
  )
  assert.deepEqual(
    [rows[0]?.principals, rows[0]?.resources],
    [{ not: false, values: ['111122223333', '444455556666'] }, undefined],
  )
})

test('puts what is allowed first, services by name, and conditions by key and operator', () => {
  const { rows } = summaryOf(
    [
      { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
      { Effect: 'Allow', Action: ['sqs:SendMessage', 'ec2:RunInstances'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
        Condition: {
          StringLike: { 's3:prefix': 'a*' },
          Bool: { 'aws:SecureTransport': 'true' },
          StringEquals: { 's3:prefix': 'ab' },
        },
      },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: '*',
        Condition: {
          StringEquals: { 's3:prefix': 'ab' },
          StringLike: { 's3:prefix': 'a*' },
          Bool: { 'aws:SecureTransport': 'true' },
        },
      },
    ],
    catalogue,
  )
  assert.deepEqual(
    rows.map(({ effect, service }) => `${effect} ${service}`),
    ['Allow ec2', 'Allow s3', 'Allow sqs', 'Deny s3'],
  )
  assert.deepEqual(
    rows[1]?.conditions.map(({ key, operator }) => `${key} ${operator}`),
    ['aws:securetransport Bool', 's3:prefix StringEquals', 's3:prefix StringLike'],
  )
  assert.deepEqual(
    rows[1]?.levels.map(({ level, actions: names }) => [level, names]),
    [
      ['List', ['ListBucket']],
      ['Read', ['GetObject']],
    ],
  )
})

test('only a Deny for everybody on everything takes away what is allowed', () => {
  const allow: StatementDocument = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' }
  const deny: StatementDocument = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' }
  const silent = (statements: readonly object[], kind?: PolicyKind) =>
    summaryOf(statements as StatementDocument[], catalogue, kind).silentServices.includes('sqs')
  assert.equal(silent([allow, deny]), true)
  assert.equal(silent([allow, { ...deny, Resource: ['arn:aws:sqs:::a', '*'] }]), true)
  assert.equal(silent([allow, { ...deny, Resource: 'arn:aws:sqs:::a' }]), false)
  assert.equal(silent([allow, { Effect: 'Deny', Action: 'sqs:*', NotResource: '*' }]), false)
  assert.equal(silent([allow, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }]), true)
  const open = { ...allow, Principal: '*' }
  assert.equal(silent([open, { ...deny, Principal: '*' }], 'resource'), true)
  assert.equal(
    silent([open, { ...deny, Principal: { AWS: ['111122223333', '*'] } }], 'resource'),
    true,
  )
  assert.equal(silent([open, { ...deny, Principal: { AWS: '111122223333' } }], 'resource'), false)
  assert.equal(silent([open, { ...deny, NotPrincipal: '*' }], 'resource'), false)
  const taking = { Effect: 'Allow', Principal: '*', Action: 'sqs:*' }
  assert.equal(silent([taking, { ...taking, Effect: 'Deny' }], 'trust'), true)
})

test('takes names as the policy has them where the catalogue does not know the service', () => {
  const { rows, uncovered, silentServices } = summaryOf([
    { Effect: 'Allow', Action: ['foo:ListB', 'foo:ListA', 'foo:*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['bar:ListB', 'Bar:ListA', 'bar:PutPolicy', 'qux:GetA'],
      Resource: '*',
    },
  ])
  assert.deepEqual(
    rows.map(({ service, levels }) => [
      service,
      levels.map(({ level, coverage, actions: names, guessed }) => [
        level,
        coverage,
        names,
        guessed,
      ]),
    ]),
    [
      [
        'bar',
        [
          ['List', 'limited', ['ListA', 'ListB'], true],
          ['Permissions management', 'limited', ['PutPolicy'], true],
        ],
      ],
      ['foo', accessLevels.map((level) => [level, 'full', ['*'], false])],
      ['qux', [['Read', 'limited', ['GetA'], true]]],
    ],
  )
  assert.deepEqual([uncovered, silentServices], [[], []])
})

test("an action's name tells its level by its verb, and tags and permissions by their ends", () => {
  const names: Readonly<Record<AccessLevel, readonly string[]>> = {
    List: ['ListA', 'DescribeA'],
    Read: [
      'GetA',
      'BatchGetA',
      'HeadA',
      'ReadA',
      'LookupA',
      'SearchA',
      'QueryA',
      'ScanA',
      'SelectA',
      'ViewA',
      'CheckA',
      'SimulateA',
      'DecodeA',
      'ReceiveA',
      'DownloadA',
      'FilterA',
      'TestA',
      'VerifyA',
      'GetPolicy',
    ],
    Tagging: ['TagA', 'UntagA', 'AddTags', 'PutObjectTag'],
    'Permissions management': [
      'PutAPolicy',
      'AttachAPolicies',
      'DetachPolicy',
      'DeletePermission',
      'CreatePermissions',
      'UpdateBoundary',
      'SetAcl',
      'AddGrant',
      'RemovePermission',
      'PassRole',
      'AssumeRoleWithSAML',
      'CreateGrant',
      'RevokeGrant',
    ],
    Write: [
      'CreateA',
      'UndoPutPolicy',
      'UndoTagging',
      'UndoPassRole',
      'UndoList',
      'DoGet',
      'RelistA',
      'PolicyPut',
      'PutPolicyVersion',
      'XPassRole',
      'Aclset',
    ],
  }
  for (const [level, list] of Object.entries(names))
    for (const name of list) assert.equal(guessedLevel(name), level, name)
})

test('is short and harmless in a terminal', () => {
  const many = Array.from({ length: 10 }, (_, i) => `arn:aws:s3:::b${i}`)
  const text = summaryText(
    summaryOf(
      [
        {
          Effect: 'Allow',
          Principal: { AWS: ['111122223333'] },
          Action: ['foo:GetA', 'ec2:*'],
          Resource: many,
        },
        {
          Effect: 'Deny',
          NotPrincipal: { AWS: '111122223333' },
          Action: '*',
          Resource: 'arn:aws:s3:::a\u0007',
        },
        { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' },
        { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' },
      ] as unknown as StatementDocument[],
      catalogue,
      'resource',
    ),
  )
  assert.equal(
    text,
    [
      'Allow ec2',
      '  Write, in full',
      '  for 111122223333',
      '  on arn:aws:s3:::b0, arn:aws:s3:::b1, arn:aws:s3:::b2, arn:aws:s3:::b3, ' +
        'arn:aws:s3:::b4, arn:aws:s3:::b5, arn:aws:s3:::b6, arn:aws:s3:::b7, and 2 more',
      'Allow foo',
      '  Read: GetA (by name)',
      '  for 111122223333',
      '  on arn:aws:s3:::b0, arn:aws:s3:::b1, arn:aws:s3:::b2, arn:aws:s3:::b3, ' +
        'arn:aws:s3:::b4, arn:aws:s3:::b5, arn:aws:s3:::b6, arn:aws:s3:::b7, and 2 more',
      'Allow sqs',
      '  List, in full',
      '  Write, in full',
      '  for *',
      '  on *',
      'Deny every service',
      '  every access level, in full',
      '  for everybody but 111122223333',
      '  on arn:aws:s3:::a\uFFFD',
      'Deny sqs',
      '  List, in full',
      '  Write, in full',
      '  for *',
      '  on *',
      '',
      'Of these services it does not cover:',
      '  sqs List: ListQueues (denied everywhere)',
      '  sqs Write: SendMessage (denied everywhere)',
      '',
      'Nothing of 2 other services: s3, sqs',
    ].join('\n'),
  )
})
