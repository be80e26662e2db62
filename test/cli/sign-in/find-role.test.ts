import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findRole, isLike, whichOf } from '../../../src/cli/sign-in/find-role.ts'
import type { OpenRole } from '../../../src/cli/sign-in/terminal-calls.ts'

const role = (account: string, name: string, more: Partial<OpenRole> = {}): OpenRole => ({
  arn: `arn:aws:iam::${account}:role/${name}`,
  name,
  account,
  maxDurationSeconds: 3600,
  ...more,
})
const [data, staging] = ['111122223333', '444455556666']
const roles = [
  role(data, 'Developer', { accountName: 'data', description: 'Everyday work' }),
  role(staging, 'Developer'),
  role(data, 'Auditor', { accountName: 'data', description: 'Reads everything' }),
  role(data, 'auditor', { accountName: 'data' }),
]

test('a role is found by ARN, by name, and by account and name', () => {
  for (const [text, at] of [
    [`arn:aws:iam::${staging}:role/Developer`, 1],
    [`${staging}/Developer`, 1],
    ['data/Developer', 0],
    [`${data}/Developer`, 0],
    ['DATA/developer', 0],
    ['Auditor', 2],
    ['auditor', 3],
  ] as const)
    assert.equal(findRole(roles, text), roles[at], text)
})

test('of several or none the candidates are named', () => {
  assert.throws(() => findRole(roles, 'developer'), {
    message: `\`developer\` is the name of several roles: data/Developer, ${staging}/Developer`,
  })
  assert.throws(() => findRole(roles, 'AUDITOR'), /is the name of several roles/)
  assert.throws(() => findRole(roles, 'devlpr'), {
    message: `no role \`devlpr\` is open to you: there is data/Developer, ${staging}/Developer`,
  })
  assert.throws(() => findRole(roles, 'zebra'), /there is data\/Developer, .*data\/auditor$/)
  assert.throws(() => findRole([], 'x'), /you have no role yet/)
  const many = Array.from({ length: 14 }, (_, at) => role(data, `R${at}`))
  assert.match(whichOf(many), /111122223333\/R11, and 2 more \(`gatehouse roles`\)$/)
})

test('typing narrows the list by letters in order, in any words of it', () => {
  assert.ok(isLike(roles[0]!, 'dt dev'))
  assert.ok(isLike(roles[2]!, 'everything AUD'))
  assert.equal(isLike(roles[1]!, 'data'), false)
  assert.ok(isLike(roles[1]!, ''))
})
