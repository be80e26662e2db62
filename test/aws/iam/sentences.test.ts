import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policySentence } from '../../../src/aws/iam/policy-sentences.ts'
import { problemCodes } from '../../../src/policy/problem-code.ts'
import { openIam } from './open-iam.ts'

const statement = (elements: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...elements }] })
const fine = { Action: 's3:GetObject', Resource: '*' }

for (const [document, sentence] of [
  ['{', 'Syntax errors in policy. (line 1, column 2: '],
  ['{"Version":"2012-10-17"}', 'Syntax errors in policy. (line 1, column 1: '],
  [statement({ Action: '*' }), 'Policy statement must contain resources. (line 1, '],
  [statement({ ...fine, Resource: [] }), 'Policy statement must contain resources. (line 1, '],
  [statement({ Resource: '*' }), 'Policy statement must contain actions. (line 1, '],
  [statement({ ...fine, Action: [] }), 'Policy statement must contain actions. (line 1, '],
  [
    statement({ ...fine, Action: 'GetObject' }),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (line 1, ',
  ],
  [
    statement({ ...fine, Principal: '*' }),
    'Policy document should not specify a principal. (line 1, ',
  ],
  [
    statement({ ...fine, Sid: 'a b' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
      'expression [A-Za-z0-9]* (line 1, ',
  ],
  [statement({ ...fine, Effect: 'Maybe' }), 'Syntax errors in policy. (line 1, '],
] as const)
  test(`IAM's sentence comes first, our place after: ${document.slice(0, 90)}`, async () => {
    await using at = await openIam()
    await at.make('user', { name: 'ann' })
    const documents = { PolicyName: 'P', PolicyDocument: document }
    const told = await at.outcome('CreatePolicy', documents)
    assert.equal(told, await at.outcome('PutUserPolicy', { UserName: 'ann', ...documents }))
    assert.ok(told.startsWith(`MalformedPolicyDocument: ${sentence}`), told)
  })

for (const [document, sentence] of [
  ['{', 'This policy contains invalid Json (line 1, column 2: '],
  [
    statement({ Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }),
    'Has prohibited field Resource (line 1, ',
  ],
  [
    statement({ Principal: { AWS: 'ann' }, Action: 'sts:AssumeRole' }),
    'Invalid principal in policy: &quot;AWS&quot;:&quot;ann&quot; (line 1, ',
  ],
] as const)
  test(`IAM's sentence comes first for a trust policy: ${document.slice(0, 90)}`, async () => {
    await using at = await openIam()
    const told = await at.outcome('CreateRole', {
      RoleName: 'R',
      AssumeRolePolicyDocument: document,
    })
    assert.ok(told.startsWith(`MalformedPolicyDocument: ${sentence}`), told)
  })

test('every problem has a sentence of IAM, and our own beside it', () => {
  for (const code of problemCodes) {
    const problem = { code, line: 1, column: 2, path: 'Statement[0].Action', message: 'ours' }
    for (const kind of ['identity', 'trust'] as const)
      assert.match(
        policySentence(problem, kind),
        /^[A-Z].* \(line 1, column 2: Statement\[0\]\.Action: ours\)$/,
      )
  }
})

test('names and paths are refused in the words of IAM, lengths as by every service', async () => {
  await using at = await openIam()
  const name = (what: string) =>
    `ValidationError: The specified value for ${what} is invalid. It must contain only ` +
    'alphanumeric characters and/or the following: +=,.@_-'
  assert.equal(await at.outcome('GetRole', { RoleName: 'a/b' }), name('roleName'))
  assert.equal(await at.outcome('CreateUser', { UserName: 'ä' }), name('userName'))
  assert.equal(await at.outcome('CreateGroup', { GroupName: 'a b' }), name('groupName'))
  assert.equal(
    await at.outcome('CreateUser', { UserName: 'a', Path: 'staff' }),
    'ValidationError: The specified value for path is invalid. It must begin and end with / and ' +
      'contain only alphanumeric characters and/or / characters.',
  )
  assert.match(
    await at.outcome('CreateUser', { UserName: 'a'.repeat(65) }),
    /^ValidationError: 1 validation error detected: Value .* length less than or equal to 64$/,
  )
  assert.match(
    await at.outcome('PutRolePolicy', { PolicyName: 'a/b' }),
    /^ValidationError: 3 validation errors detected: /,
  )
})
