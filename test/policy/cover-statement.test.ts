import assert from 'node:assert/strict'
import { test } from 'node:test'
import { principalsEqual, statementCovers } from '../../src/policy/cover-statement.ts'
import { type PolicyKind, parsePolicy } from '../../src/policy/index.ts'
import type { Statement } from '../../src/policy/statement.ts'

function read(statement: object, kind: PolicyKind = 'identity', version = '2012-10-17'): Statement {
  const whole = Object.fromEntries(
    Object.entries({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement }).filter(
      ([, value]) => value !== null,
    ),
  )
  const parsed = parsePolicy(kind, 'p', JSON.stringify({ Version: version, Statement: whole }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy.statements[0]!
}
const when = (Condition: object) => ({ Condition })
const blue = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } }
const notAction = (NotAction: string | readonly string[]) => ({ Action: null, NotAction })
const notResource = (NotResource: string | readonly string[]) => ({ Resource: null, NotResource })
const photos = 'arn:aws:s3:::photos/*'
const music = 'arn:aws:s3:::music/*'

function check(
  rows: readonly (readonly [wide: object, narrow: object, covers: boolean])[],
  kind?: PolicyKind,
): void {
  for (const [wide, narrow, covers] of rows) {
    assert.equal(
      statementCovers(read(wide, kind), read(narrow, kind)),
      covers,
      `${JSON.stringify(wide)} ${JSON.stringify(narrow)}`,
    )
  }
}

test('actions and resources: lists, and what they leave out', () => {
  check([
    [{ Action: ['s3:Get*', 's3:Put*'] }, { Action: ['s3:PutObject', 's3:GetObject'] }, true],
    [{ Action: ['s3:Get*', 's3:Put*'] }, { Action: ['s3:PutObject', 's3:ListBucket'] }, false],
    [{ Action: '*' }, notAction('iam:*'), true],
    [{ Action: ['s3:Get*', '*'] }, notAction('iam:*'), true],
    [{ Action: 's3:*' }, notAction('iam:*'), false],
    [notAction('iam:*'), { Action: 's3:*' }, false],
    [notAction('iam:Get*'), notAction('iam:*'), true],
    [notAction('iam:Get*'), notAction(['sts:*', 'iam:*']), true],
    [notAction(['iam:Get*', 'sts:*']), notAction('iam:*'), false],
    [notAction('iam:*'), notAction('iam:Get*'), false],
    [{ Resource: '*' }, notResource(photos), true],
    [{ Resource: photos }, notResource(music), false],
    [notResource(photos), notResource('*'), true],
    [notResource('*'), notResource(photos), false],
    [notResource(photos), { Resource: '*' }, false],
    [{ Resource: [photos, music] }, { Resource: music }, true],
    [{ Resource: music }, { Resource: [photos, music] }, false],
  ])
})

test('conditions: those of the wide one stand in the narrow one, with no wider value', () => {
  check([
    [{}, when(blue), true],
    [when(blue), {}, false],
    [when(blue), when(blue), true],
    [when(blue), when({ ...blue, Bool: { 'aws:SecureTransport': 'true' } }), true],
    [when({ ...blue, Bool: { 'aws:SecureTransport': 'true' } }), when(blue), false],
    [when(blue), when({ StringEquals: { 'AWS:PrincipalTag/TEAM': ['blue'] } }), true],
    [when(blue), when({ StringEquals: { 'aws:PrincipalTag/team': 'red' } }), false],
    [when(blue), when({ StringEquals: { 'aws:PrincipalTag/role': 'blue' } }), false],
    [when(blue), when({ StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } }), false],
    [when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }), when(blue), true],
    [when(blue), when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }), false],
    [
      when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'blue'] } }),
      when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }),
      false,
    ],
    [
      when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }),
      when({ StringEquals: { 'aws:PrincipalTag/team': ['red', 'blue'] } }),
      true,
    ],
    [
      when({ StringNotEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }),
      when({ StringNotEquals: { 'aws:PrincipalTag/team': ['blue'] } }),
      false,
    ],
    [
      when({ StringNotEquals: { 'aws:PrincipalTag/team': ['blue'] } }),
      when({ StringNotEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }),
      true,
    ],
    [
      when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'red'] } }),
      when({ StringEquals: { 'aws:PrincipalTag/team': ['blue', 'green'] } }),
      false,
    ],
  ])
  const named = when({ StringEquals: { 's3:prefix': '$' + '{aws:username}' } })
  assert.equal(statementCovers(read(named), read(named)), true)
  assert.equal(
    statementCovers(read(named), read(named, 'identity', '2008-10-17')),
    false,
    'in one of them it is no variable',
  )
})

test('principals are the same, in either spelling of an account', () => {
  const named = (Principal: unknown) => ({ Principal })
  const root = 'arn:aws:iam::111122223333:root'
  const role = 'arn:aws:iam::111122223333:role/app'
  check(
    [
      [named('*'), named({ AWS: '*' }), true],
      [named('*'), named({ AWS: role }), false],
      [named({ AWS: root }), named({ AWS: '111122223333' }), true],
      [named({ AWS: [role, root] }), named({ AWS: [root, role] }), true],
      [named({ AWS: [role, root] }), named({ AWS: role }), false],
      [named({ AWS: role }), named({ AWS: [role, root] }), false],
      [named({ AWS: role }), named({ AWS: root }), false],
      [named({ Service: 'ec2.amazonaws.com' }), named({ Federated: 'ec2.amazonaws.com' }), false],
    ],
    'resource',
  )
  const spared = { Effect: 'Deny', NotPrincipal: { AWS: root } }
  assert.equal(statementCovers(read(spared, 'resource'), read(spared, 'resource')), true)
  assert.equal(
    statementCovers(
      read(spared, 'resource'),
      read({ Effect: 'Deny', Principal: { AWS: root } }, 'resource'),
    ),
    false,
  )
  assert.equal(statementCovers(read({}), read(named('*'), 'resource')), false)
  const trust = read({ Principal: '*', Action: 'sts:AssumeRole', Resource: null }, 'trust')
  assert.equal(statementCovers(trust, trust), true)
  assert.equal(
    statementCovers(read({ ...named('*'), Action: 'sts:AssumeRole' }, 'resource'), trust),
    false,
  )
})

test('principals are equal when all of them are', () => {
  const principals = (AWS: readonly string[]) => read({ Principal: { AWS } }, 'resource').principals
  const [anna, bob, carol] = ['anna', 'bob', 'carol'].map(
    (name) => `arn:aws:iam::111122223333:user/${name}`,
  ) as [string, string, string]
  assert.ok(principalsEqual(principals([anna, bob]), principals([bob, anna])))
  assert.ok(!principalsEqual(principals([anna, bob]), principals([anna, carol])))
  assert.ok(!principalsEqual(principals([anna, bob]), principals([anna])))
  assert.ok(!principalsEqual(principals([anna]), undefined))
})
