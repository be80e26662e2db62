import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, codeOf, messageOf, policy, roleCaller, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const alice = { UserName: 'alice' }
const first = 'Correct-Horse-1'
const second = 'Battery-Staple-2'

async function open() {
  const at = await openIam()
  await at.make('user', { name: 'alice', path: '/staff/' })
  return at
}
const standing = async (at: Awaited<ReturnType<typeof open>>, password: string) => {
  const check = await at.passwords.check({ account, userName: 'alice', password })
  return check.right ? check.standing : 'wrong'
}

test('a password is set, told about without itself, changed and taken away', async () => {
  await using at = await open()
  const missing = 'NoSuchEntity: Login Profile for User alice cannot be found.'
  for (const action of ['GetLoginProfile', 'DeleteLoginProfile', 'UpdateLoginProfile'])
    assert.equal(await at.outcome(action, alice), missing, action)
  const given = { UserName: 'ALICE', Password: first, PasswordResetRequired: 'true' }
  const made = await at.call('CreateLoginProfile', given)
  const shape =
    '<LoginProfile><UserName>alice</UserName><CreateDate>2026-03-04T05:06:07Z</CreateDate>' +
    '<PasswordResetRequired>true</PasswordResetRequired></LoginProfile>'
  assert.match(made.body, new RegExp(shape))
  assert.match((await at.call('GetLoginProfile', alice)).body, new RegExp(shape))
  assert.equal(
    await at.outcome('CreateLoginProfile', { ...alice, Password: second }),
    'EntityAlreadyExists: Login Profile for user alice already exists.',
  )
  assert.equal(await standing(at, first), 'change')
  assert.equal(await at.outcome('UpdateLoginProfile', { ...alice, Password: second }), '200')
  assert.equal(await standing(at, first), 'wrong')
  assert.equal(await standing(at, second), 'change')
  const noReset = { ...alice, PasswordResetRequired: 'false' }
  assert.equal(await at.outcome('UpdateLoginProfile', noReset), '200')
  assert.equal(await standing(at, second), 'good')
  assert.equal(
    await at.outcome('DeleteUser', alice),
    'DeleteConflict: Cannot delete entity, must delete login profile first.',
  )
  assert.equal(await at.outcome('UpdateUser', { ...alice, NewUserName: 'alicia' }), '200')
  assert.deepEqual(texts(await at.call('GetLoginProfile', { UserName: 'Alicia' }), 'UserName'), [
    'alicia',
  ])
  assert.equal(await at.outcome('DeleteLoginProfile', { UserName: 'alicia' }), '200')
  assert.equal(await at.outcome('DeleteUser', { UserName: 'alicia' }), '200')
  assert.deepEqual(at.bugs, [])
})

test('a password has to be there, to be writable, and to conform', async () => {
  await using at = await open()
  assert.match(
    await at.outcome('CreateLoginProfile', alice),
    /^ValidationError: 1 validation error detected: Value null at .*password/,
  )
  for (const Password of ['', 'Ж-Password-1', 'x'.repeat(129), 'Nul-\0-Pass-1']) {
    const refused = await at.call('CreateLoginProfile', { ...alice, Password })
    assert.equal(codeOf(refused), 'ValidationError')
    assert.ok(Password === '' || !refused.body.includes(Password))
  }
  assert.match(
    await at.outcome('CreateLoginProfile', { ...alice, Password: 'short' }),
    /^PasswordPolicyViolation: Password should have a minimum length of 8, /,
  )
  assert.equal(
    await at.outcome('CreateLoginProfile', { UserName: 'nobody', Password: first }),
    'NoSuchEntity: The user with name nobody cannot be found.',
  )
  assert.match(await at.outcome('GetLoginProfile', alice), /^NoSuchEntity/)
})

test('a former password is refused as far back as the policy says', async () => {
  await using at = await open()
  await at.call('CreateLoginProfile', { ...alice, Password: first })
  const update = (Password: string) => at.outcome('UpdateLoginProfile', { ...alice, Password })
  const no = 'PasswordPolicyViolation: Password does not conform to the account password policy.'
  assert.equal(await update(first), '200')
  await at.call('UpdateAccountPasswordPolicy', { PasswordReusePrevention: '2' })
  assert.equal(await update(first), no)
  assert.equal(await update(second), '200')
  assert.equal(await update(first), no)
  assert.equal(await update('Third-Pass-3'), '200')
  assert.equal(await update(second), no)
  assert.equal(await update(first), '200')
  const { id } = (await at.store.reads.find('user', account, 'alice'))!
  const kept = (await at.store.reads.find('loginProfile', account, id))!
  assert.equal(kept.formerHashes.length, 4)
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(`${first}|${second}`))
})

test('users change their own password with the old one, and nobody else theirs', async () => {
  await using at = await open()
  await at.call('CreateLoginProfile', { ...alice, Password: first, PasswordResetRequired: 'true' })
  const change = { OldPassword: first, NewPassword: second }
  assert.equal(
    await at.outcome('ChangePassword', { ...change, OldPassword: 'wrong' }),
    'AccessDenied: The old password does not match the current password.',
  )
  assert.match(
    await at.outcome('ChangePassword', { ...change, NewPassword: 'weak' }),
    /^PasswordPolicyViolation/,
  )
  assert.equal(await at.outcome('ChangePassword', change), '200')
  assert.equal(await standing(at, second), 'good')
  const role = at.as(roleCaller({}, { identity: [allow('iam:*')] }))
  const refused = await role('ChangePassword', change)
  assert.equal(codeOf(refused), 'InvalidUserType')
  assert.equal(messageOf(refused), 'Only IAM Users can change their own password')
  await at.call('DeleteLoginProfile', alice)
  assert.match(await at.outcome('ChangePassword', change), /^NoSuchEntity: Login Profile for User/)
})

test('the holder of an access key may guess the old password a few times only', async () => {
  await using at = await open()
  await at.call('CreateLoginProfile', { ...alice, Password: first })
  const guess = (OldPassword: string) =>
    at.outcome('ChangePassword', { OldPassword, NewPassword: second })
  for (let n = 0; n < 15; n++) assert.match(await guess(`guess ${n}`), /^AccessDenied/)
  assert.equal(await guess(first), 'Throttling: Rate exceeded')
  assert.equal(await standing(at, first), 'good')
})

test('of two changes at once one is made: both proved the same old password', async () => {
  await using at = await open()
  await at.call('CreateLoginProfile', { ...alice, Password: first })
  const change = (NewPassword: string) =>
    at.outcome('ChangePassword', { OldPassword: first, NewPassword })
  const outcomes = await Promise.all([change(second), change('Third-Pass-3')])
  assert.deepEqual(outcomes.map((outcome) => outcome.split(':')[0]).toSorted(), [
    '200',
    'EntityTemporarilyUnmodifiable',
  ])
})

test('each operation is decided on the user with its path, a change on the caller', async () => {
  await using at = await open()
  const may = (action: string, resource: string) =>
    at.as(userCaller({ layers: { identity: [allow(action, resource)] } }))
  const staff = arnOf('user/staff/*')
  const profile = { ...alice, Password: first }
  for (const [action, input] of [
    ['CreateLoginProfile', profile],
    ['GetLoginProfile', alice],
    ['UpdateLoginProfile', profile],
    ['ChangePassword', { OldPassword: first, NewPassword: second }],
    ['DeleteLoginProfile', alice],
  ] as const) {
    const other = may(`iam:${action}`, arnOf('user/alice'))
    assert.equal(codeOf(await other(action, input)), 'AccessDenied', action)
    assert.equal((await may(`iam:${action}`, staff)(action, input)).status, 200, action)
  }
  const nobody = at.as(userCaller({ layers: { identity: [allow('s3:*')] } }))
  const refused = await nobody('CreateLoginProfile', { UserName: 'nobody', Password: first })
  assert.equal(codeOf(refused), 'AccessDenied')
})

test('the account may let every user change their own password, and no other', async () => {
  await using at = await open()
  await at.make('user', { name: 'bob' })
  for (const UserName of ['alice', 'bob'])
    await at.call('CreateLoginProfile', { UserName, Password: first })
  const change = { OldPassword: first, NewPassword: second }
  const caller = userCaller({ layers: { identity: [allow('s3:*')] } })
  assert.equal(codeOf(await at.as(caller)('ChangePassword', change)), 'AccessDenied')
  await at.call('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true' })
  const denied = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'iam:ChangePassword', Resource: '*' }],
  })
  const refused = at.as(userCaller({ layers: { identity: [denied] } }))
  assert.equal(codeOf(await refused('ChangePassword', change)), 'AccessDenied')
  assert.equal((await at.as(caller)('ChangePassword', change)).status, 200)
  const other = await at.as(caller)('UpdateLoginProfile', { UserName: 'bob', Password: second })
  assert.equal(codeOf(other), 'AccessDenied')
})

test('the root user of an account has no password, and gets none', async () => {
  await using at = await open()
  const principal = { kind: 'root' as const, arn: arnOf('root'), account }
  const root = at.as(userCaller({ principal, layers: { identity: [allow('iam:*')] } }))
  assert.equal(
    messageOf(await root('GetLoginProfile')),
    'Login Profile for User root cannot be found.',
  )
  assert.equal(codeOf(await root('DeleteLoginProfile')), 'NoSuchEntity')
  assert.equal(codeOf(await root('CreateLoginProfile', { Password: first })), 'ValidationError')
  assert.equal(
    codeOf(await root('ChangePassword', { OldPassword: first, NewPassword: second })),
    'InvalidUserType',
  )
})
