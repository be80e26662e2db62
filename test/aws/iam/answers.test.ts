import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ids } from '../../../src/kernel/ids.ts'
import { document } from '../../sessions/scene.ts'
import { account } from '../wire-scene.ts'
import { arnOf, documentOf, openIam, texts } from './open-iam.ts'

const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })

test('GetRole has RoleLastUsed, CreateRole no longest session, boundaries are Policy', async () => {
  await using at = await openIam()
  await at.call('CreatePolicy', { PolicyName: 'Most', PolicyDocument: documentOf(300) })
  const role = { RoleName: 'App', AssumeRolePolicyDocument: trust, MaxSessionDuration: '7200' }
  const made = await at.call('CreateRole', { ...role, PermissionsBoundary: arnOf('policy/Most') })
  assert.deepEqual(texts(made, 'MaxSessionDuration'), [])
  assert.deepEqual(texts(made, 'PermissionsBoundaryType'), ['Policy'])
  const got = await at.call('GetRole', { RoleName: 'App' })
  assert.deepEqual(texts(got, 'MaxSessionDuration'), ['7200'])
  assert.deepEqual(texts(got, 'RoleLastUsed'), [''])
  assert.doesNotMatch((await at.call('ListRoles')).body, /RoleLastUsed/)
})

test('GetPolicy always has Tags, CreatePolicy never Description', async () => {
  await using at = await openIam()
  const policy = { PolicyName: 'P', PolicyDocument: documentOf(300), Description: 'reads' }
  assert.deepEqual(texts(await at.call('CreatePolicy', policy), 'Description'), [])
  const got = await at.call('GetPolicy', { PolicyArn: arnOf('policy/P') })
  assert.deepEqual(texts(got, 'Description'), ['reads'])
  assert.deepEqual(texts(got, 'Tags'), [''])
})

test('a text that is no ARN could not be parsed, nor a URL that no issuer has', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'ann' })
  const attached = { UserName: 'ann', PolicyArn: 'AdministratorAccess-policy' }
  for (const action of ['AttachUserPolicy', 'DetachUserPolicy'])
    assert.equal(
      await at.outcome(action, attached),
      'ValidationError: Invalid ARN:  Could not be parsed!',
    )
  assert.match(
    await at.outcome('CreateRole', {
      RoleName: 'R',
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: 'AdministratorAccess-policy',
    }),
    /^ValidationError: Invalid ARN/,
  )
  assert.match(
    await at.outcome('CreateOpenIDConnectProvider', { Url: 'http://idp.example.com' }),
    /^ValidationError: Invalid Open ID Connect Provider URL/,
  )
})

test('unique ids of entities have 21 characters, ids of access keys 20', () => {
  const ids = new Ids()
  for (const prefix of ['AIDA', 'AROA', 'AGPA', 'ANPA'] as const)
    assert.match(ids.next(prefix), new RegExp(`^${prefix}[A-Z2-7]{17}$`))
  assert.match(ids.accessKey('AKIA', account), /^AKIA[A-Z2-7]{16}$/)
})
