import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, codeOf, policy, userCaller } from '../wire-scene.ts'
import { openIam, texts } from './open-iam.ts'

test('an update replaces the whole policy; what was never named is left out', async () => {
  await using at = await openIam()
  const missing = `NoSuchEntity: The Password Policy with domain name ${account} cannot be found.`
  assert.equal(await at.outcome('GetAccountPasswordPolicy'), missing)
  assert.equal(await at.outcome('DeleteAccountPasswordPolicy'), missing)
  const whole = {
    MinimumPasswordLength: '14',
    RequireSymbols: 'true',
    MaxPasswordAge: '90',
    PasswordReusePrevention: '24',
    HardExpiry: 'false',
  }
  assert.equal(await at.outcome('UpdateAccountPasswordPolicy', whole), '200')
  assert.match(
    (await at.call('GetAccountPasswordPolicy')).body,
    new RegExp(
      '<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength>' +
        '<RequireSymbols>true</RequireSymbols><RequireNumbers>false</RequireNumbers>' +
        '<RequireUppercaseCharacters>false</RequireUppercaseCharacters>' +
        '<RequireLowercaseCharacters>false</RequireLowercaseCharacters>' +
        '<AllowUsersToChangePassword>false</AllowUsersToChangePassword>' +
        '<ExpirePasswords>true</ExpirePasswords><MaxPasswordAge>90</MaxPasswordAge>' +
        '<PasswordReusePrevention>24</PasswordReusePrevention><HardExpiry>false</HardExpiry>' +
        '</PasswordPolicy>',
    ),
  )
  assert.equal(await at.outcome('UpdateAccountPasswordPolicy', { RequireNumbers: 'true' }), '200')
  const now = await at.call('GetAccountPasswordPolicy')
  assert.deepEqual(texts(now, 'MinimumPasswordLength'), ['6'])
  assert.deepEqual(texts(now, 'RequireSymbols'), ['false'])
  assert.deepEqual(texts(now, 'ExpirePasswords'), ['false'])
  for (const unset of ['MaxPasswordAge', 'PasswordReusePrevention', 'HardExpiry'])
    assert.deepEqual(texts(now, unset), [], unset)
  assert.equal(await at.outcome('DeleteAccountPasswordPolicy'), '200')
  assert.equal(await at.outcome('GetAccountPasswordPolicy'), missing)
  assert.deepEqual(at.bugs, [])
})

test('numbers outside of their ranges are refused and change nothing', async () => {
  await using at = await openIam()
  for (const [name, value] of [
    ['MinimumPasswordLength', '5'],
    ['MinimumPasswordLength', '129'],
    ['MaxPasswordAge', '0'],
    ['MaxPasswordAge', '1096'],
    ['PasswordReusePrevention', '25'],
  ] as const)
    assert.match(
      await at.outcome('UpdateAccountPasswordPolicy', { [name]: value }),
      /^ValidationError/,
    )
  assert.match(await at.outcome('GetAccountPasswordPolicy'), /^NoSuchEntity/)
})

test('users who may change their password may read the policy, unless denied', async () => {
  await using at = await openIam()
  const nobody = at.as(userCaller({ layers: { identity: [allow('s3:*')] } }))
  assert.equal(codeOf(await nobody('GetAccountPasswordPolicy')), 'AccessDenied')
  await at.call('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true' })
  assert.equal((await nobody('GetAccountPasswordPolicy')).status, 200)
  for (const action of ['UpdateAccountPasswordPolicy', 'DeleteAccountPasswordPolicy'])
    assert.equal(codeOf(await nobody(action)), 'AccessDenied', action)
  const denied = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
  })
  const refused = at.as(userCaller({ layers: { identity: [denied] } }))
  assert.equal(codeOf(await refused('GetAccountPasswordPolicy')), 'AccessDenied')
})
