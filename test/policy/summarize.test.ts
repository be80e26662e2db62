import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessedLevel } from '../../src/policy/access-level.ts'
import { type AccessLevel, type ActionCatalogue, parsePolicy, type PolicyKind, summarize, summaryText } from '../../src/policy/index.ts'
import type { StatementDocument } from './reference-evaluator.ts'

const actions: Readonly<Record<string, Readonly<Record<string, AccessLevel>>>> = {
  s3: {
    ListBucket: 'List', ListAllMyBuckets: 'List', GetObject: 'Read', GetBucketLocation: 'Read', PutObject: 'Write', DeleteObject: 'Write',
    PutBucketPolicy: 'Permissions management', PutObjectTagging: 'Tagging',
  },
  sqs: { ListQueues: 'List', SendMessage: 'Write' },
  ec2: { RunInstances: 'Write' },
}
const catalogue: ActionCatalogue = {
  services: Object.keys(actions),
  actions: (service) => Object.hasOwn(actions, service) ? Object.entries(actions[service]!).map(([name, level]) => ({ name, level })) : undefined,
}
function summaryOf(statements: readonly StatementDocument[], known?: ActionCatalogue, kind: PolicyKind = 'identity') {
  const parsed = parsePolicy(kind, 'test', JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return summarize([parsed.policy], known)
}

test('tells services by access level, in full or limited', () => {
  const { rows } = summaryOf([{ Effect: 'Allow', Action: ['s3:List*', 's3:getobject', 's3:Put*'], Resource: '*' }], catalogue)
  assert.deepEqual(rows.map(({ effect, service }) => [effect, service]), [['Allow', 's3']])
  assert.deepEqual(rows[0]?.levels.map(({ level, coverage, actions: names }) => [level, coverage, names]), [
    ['List', 'full', ['ListBucket', 'ListAllMyBuckets']],
    ['Read', 'limited', ['GetObject']],
    ['Write', 'limited', ['PutObject']],
    ['Permissions management', 'full', ['PutBucketPolicy']],
    ['Tagging', 'full', ['PutObjectTagging']],
  ])
})

test('unites statements that differ in actions only, and keeps others apart', () => {
  const { rows } = summaryOf([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::a/*'] },
    { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'] },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::a/*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Effect: 'Deny', Action: 's3:PutObject', NotResource: 'arn:aws:s3:::a/*' },
  ], catalogue)
  assert.deepEqual(rows.map(({ effect, resources, levels, conditions }) => [effect, resources, levels.map(({ level, coverage }) => [level, coverage]), conditions]), [
    ['Allow', { not: false, values: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'] }, [['Read', 'full']], []],
    ['Allow', { not: false, values: ['arn:aws:s3:::a/*'] }, [['Write', 'limited']], [{ operator: 'Bool', key: 'aws:securetransport', values: ['true'] }]],
    ['Deny', { not: true, values: ['arn:aws:s3:::a/*'] }, [['Write', 'limited']], []],
  ])
})

test('tells what is not covered: not allowed, denied everywhere, and silent services', () => {
  const { uncovered, silentServices } = summaryOf([
    { Effect: 'Allow', Action: ['s3:Get*', 's3:*Object', 'sqs:*'], Resource: '*' },
    { Effect: 'Deny', Action: ['s3:DeleteObject', 'sqs:*'], Resource: '*' },
    { Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::locked/*' },
  ], catalogue)
  assert.deepEqual(uncovered.map(({ service, level, actions: names, why }) => [service, level, names, why]), [
    ['s3', 'List', ['ListBucket', 'ListAllMyBuckets'], 'not allowed'],
    ['s3', 'Write', ['DeleteObject'], 'denied'],
    ['s3', 'Permissions management', ['PutBucketPolicy'], 'not allowed'],
    ['s3', 'Tagging', ['PutObjectTagging'], 'not allowed'],
    ['sqs', 'List', ['ListQueues'], 'denied'],
    ['sqs', 'Write', ['SendMessage'], 'denied'],
  ])
  assert.deepEqual(silentServices, ['sqs', 'ec2'])
})

test('tells everything, and everything but some, as one row', () => {
  const all = summaryOf([{ Effect: 'Allow', Action: '*', Resource: '*' }], catalogue)
  assert.deepEqual([all.rows.length, all.rows[0]?.service, all.uncovered, all.silentServices], [1, '*', [], []])
  assert.ok(all.rows[0]?.levels.every(({ coverage }) => coverage === 'full'))
  const but = summaryOf([{ Effect: 'Allow', NotAction: ['s3:*', 'ec2:Run*'], Resource: '*' }], catalogue)
  assert.deepEqual([but.rows[0]?.service, but.rows[0]?.except], ['*', ['s3:*', 'ec2:Run*']])
  assert.ok(but.rows[0]?.levels.every(({ coverage }) => coverage === 'limited'))
  assert.deepEqual(but.silentServices, ['s3', 'ec2'])
})

test('guesses levels by name where the catalogue does not know the service, and says so', () => {
  const { rows } = summaryOf([{ Effect: 'Allow', Action: ['Foo:Get*', 'foo:CreateThing', 'foo:TagThing', 'bar:*'], Resource: '*' }])
  assert.deepEqual(rows.map(({ service, levels }) => [service, levels.map(({ level, guessed }) => [level, guessed])]), [
    ['bar', [['List', false], ['Read', false], ['Write', false], ['Permissions management', false], ['Tagging', false]]],
    ['foo', [['Read', true], ['Write', true], ['Tagging', true]]],
  ])
  const names: Readonly<Record<string, AccessLevel>> = {
    ListUsers: 'List', DescribeInstances: 'List', GetUser: 'Read', PutUserPolicy: 'Permissions management', AttachRolePolicy: 'Permissions management',
    PassRole: 'Permissions management', TagRole: 'Tagging', UntagRole: 'Tagging', CreateUser: 'Write', '*': 'Write',
  }
  for (const [name, level] of Object.entries(names)) assert.equal(guessedLevel(name), level, name)
})

test('reads well in a terminal', () => {
  const text = summaryText(summaryOf([
    { Effect: 'Allow', Action: ['s3:List*', 's3:GetObject'], Resource: 'arn:aws:s3:::photos/*', Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.1'] } } },
    { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::photos/*' },
  ], catalogue))
  assert.equal(text, [
    'Allow s3',
    '  List, in full',
    '  Read: GetObject',
    '  on arn:aws:s3:::photos/*',
    '  when aws:sourceip IpAddress 10.0.0.0/8, 192.0.2.1',
    'Deny every service except iam:*',
    '  List: *', '  Read: *', '  Write: *', '  Permissions management: *', '  Tagging: *',
    '  on everything but arn:aws:s3:::photos/*',
    '',
    'Of these services it does not cover:',
    '  s3 Read: GetBucketLocation',
    '  s3 Write: PutObject, DeleteObject',
    '  s3 Permissions management: PutBucketPolicy',
    '  s3 Tagging: PutObjectTagging',
    '',
    'Nothing of 2 other services: sqs, ec2',
  ].join('\n'))
})

test('names principals of a trust policy', () => {
  const { rows } = summaryOf([{ Effect: 'Allow', Principal: { AWS: ['444455556666', '111122223333'] }, Action: 'sts:AssumeRole' }], undefined, 'trust')
  assert.deepEqual([rows[0]?.principals, rows[0]?.resources], [{ not: false, values: ['111122223333', '444455556666'] }, undefined])
})
