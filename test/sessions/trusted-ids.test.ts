import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide } from '../../src/policy/index.ts'
import { trustOf } from '../../src/sessions/role-trust.ts'
import type { RoleRecord, UserRecord } from '../../src/store/records.ts'
import { arnOf, openIam, texts } from '../aws/iam/open-iam.ts'
import { account, allow, claims } from '../aws/wire-scene.ts'
import { document, allow as statement } from './scene.ts'

const elsewhere = '999900001111'
const trusting = (AWS: unknown) =>
  document({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' })

async function open(settings: Parameters<typeof openIam>[0] = {}) {
  const at = await openIam(settings)
  const user = async (name: string, of = account) =>
    (await at.store.reads.find('user', of, name.toLowerCase()))!
  const role = async (name: string) =>
    (await at.store.reads.find('role', account, name.toLowerCase()))!
  /** The caller of a session that was issued to this user or role. */
  const sessionOf = (held: UserRecord | RoleRecord) => {
    const kind = 'trustPolicy' in held ? 'role' : 'user-session'
    const { id, name, path } = held
    return at.callers.ofClaims(
      claims(kind, {
        account: held.account,
        issuedAt: at.clock.now(),
        expiresAt: new Date(at.clock.now().getTime() + 3_600_000),
        [kind === 'role' ? 'role' : 'user']: { id, name, path },
      }),
      'temporary',
    )
  }
  /** Whether that session may assume the role. */
  const mayTake = async (held: UserRecord | RoleRecord, taken = 'Taken') => {
    const { principal, context } = await sessionOf(held)
    return (
      decide(
        {
          principal,
          action: 'sts:AssumeRole',
          resource: arnOf(`role/${taken}`),
          resourceAccount: account,
          context,
        },
        { identity: [allow('sts:AssumeRole')], trust: trustOf(await role(taken)) },
      ).effect === 'allow'
    )
  }
  const shown = async (RoleName = 'Taken') => {
    const [text] = texts(await at.call('GetRole', { RoleName }), 'AssumeRolePolicyDocument')
    return JSON.parse(decodeURIComponent(text!)).Statement[0].Principal.AWS
  }
  const createTaken = (AssumeRolePolicyDocument: string) =>
    at.outcome('CreateRole', { RoleName: 'Taken', AssumeRolePolicyDocument })
  return { ...at, user, role, sessionOf, mayTake, shown, createTaken }
}

test('a renamed user keeps sessions and trust, and who takes the name gets neither', async () => {
  await using at = await open()
  await at.call('CreateUser', { UserName: 'ann' })
  const ann = await at.user('ann')
  const text = trusting([arnOf('user/ann')])
  assert.equal(await at.createTaken(trusting(arnOf('user/ann'))), '200')
  assert.equal(await at.mayTake(ann), true)
  assert.equal(await at.outcome('UpdateUser', { UserName: 'ann', NewUserName: 'Anna' }), '200')
  const { principal, context } = await at.sessionOf(ann)
  assert.equal(principal.arn, arnOf('user/Anna'))
  assert.deepEqual(context.get('aws:username'), ['Anna'])
  assert.equal(await at.mayTake(ann), true)
  assert.equal(await at.shown(), arnOf('user/Anna'))

  await at.call('CreateUser', { UserName: 'ann' })
  assert.equal(await at.mayTake(await at.user('ann')), false)
  assert.equal((await at.sessionOf(ann)).userId, ann.id)

  assert.equal(await at.outcome('DeleteUser', { UserName: 'Anna' }), '200')
  await assert.rejects(at.sessionOf(ann), { code: 'InvalidClientTokenId' })
  assert.equal(await at.shown(), ann.id)

  await at.call('UpdateAssumeRolePolicy', { RoleName: 'Taken', PolicyDocument: text })
  assert.equal(await at.mayTake(await at.user('ann')), true, 'saved again, it means the new one')
})

test('a role that was deleted and made again is not trusted, nor are its sessions', async () => {
  await using at = await open()
  const open_ = trusting(account)
  await at.call('CreateRole', { RoleName: 'App', AssumeRolePolicyDocument: open_ })
  const app = await at.role('App')
  const session = `arn:aws:sts::${account}:assumed-role/App/session`
  for (const AWS of [arnOf('role/App'), session, [arnOf('role/App'), session]]) {
    await at.call('DeleteRole', { RoleName: 'Taken' })
    assert.equal(await at.createTaken(trusting(AWS)), '200')
    const before = await at.role('App')
    assert.equal(await at.mayTake(before), true)
    await at.call('DeleteRole', { RoleName: 'App' })
    await at.call('CreateRole', { RoleName: 'App', AssumeRolePolicyDocument: open_ })
    assert.equal(await at.mayTake(await at.role('App')), false)
    const ids = Array.isArray(AWS) ? [before.id, before.id] : before.id
    assert.deepEqual(await at.shown(), ids)
  }
  assert.notEqual((await at.role('App')).id, app.id)
})

test('a user of another account here is meant by id too, and by ARN elsewhere', async () => {
  await using at = await open()
  const managed = { account: elsewhere, createdAt: '', managedBy: 'api' as const }
  const put = (id: string) =>
    at.store.transact(async (tx) => {
      await tx.insert('account', elsewhere, 'account', { ...managed, partition: 'aws' })
      await tx.remove('user', elsewhere, 'eve')
      await tx.insert('user', elsewhere, 'eve', {
        ...managed,
        ...{ id, name: 'eve', path: '/', inlinePolicies: {}, attachedPolicies: [], tags: [] },
        groups: [],
      })
    })
  const eve = `arn:aws:iam::${elsewhere}:user/eve`
  const unknown = 'arn:aws:iam::888800001111:user/who'
  await put('AIDAONE')
  assert.equal(await at.createTaken(trusting([eve, unknown])), '200')
  assert.deepEqual((await at.role('Taken')).trustedIds, { [eve]: 'AIDAONE' })
  assert.equal(await at.mayTake(await at.user('eve', elsewhere)), true)
  await put('AIDATWO')
  assert.equal(await at.mayTake(await at.user('eve', elsewhere)), false)
  assert.deepEqual(await at.shown(), ['AIDAONE', unknown])
})

test('a Deny goes on meaning who has another name, and not who has the name now', async () => {
  await using at = await open()
  await at.call('CreateUser', { UserName: 'ann' })
  const deny = document(
    { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' },
    { Effect: 'Deny', Principal: { AWS: arnOf('user/ann') }, Action: 'sts:AssumeRole' },
  )
  assert.equal(await at.createTaken(deny), '200')
  const ann = await at.user('ann')
  assert.equal(await at.mayTake(ann), false)
  await at.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna' })
  assert.equal(await at.mayTake(ann), false)
  await at.call('CreateUser', { UserName: 'ann' })
  assert.equal(await at.mayTake(await at.user('ann')), true)
})

test('roles of the settings mean whom they name at a reload', async () => {
  const settings = {
    roles: [{ name: 'Taken', trustPolicy: trusting(arnOf('user/ann')) }],
    users: [{ name: 'root-like', policies: { all: document(statement('*')) } }],
  }
  await using at = await open({ settings })
  await at.call('CreateUser', { UserName: 'ann' })
  assert.equal(await at.mayTake(await at.user('ann')), true, 'named before she was there')
  await at.put(settings)
  const first = await at.user('ann')
  assert.deepEqual((await at.role('Taken')).trustedIds, { [arnOf('user/ann')]: first.id })
  const { position } = at.store.changes()
  await at.put(settings)
  assert.equal(at.store.changes().position, position, 'not even written')

  await at.call('DeleteUser', { UserName: 'ann' })
  await at.put(settings)
  assert.equal(await at.shown(), first.id)
  await at.call('CreateUser', { UserName: 'ann' })
  assert.equal(await at.mayTake(await at.user('ann')), false)
  await at.put(settings)
  assert.equal(await at.mayTake(await at.user('ann')), true)
})

test('a role saved before there were ids gets those of whom it names now', async () => {
  await using at = await open()
  await at.call('CreateUser', { UserName: 'ann' })
  await at.make('role', { name: 'Taken', trustPolicy: trusting(arnOf('user/ann')) })
  assert.equal(await at.mayTake(await at.user('ann')), true)
  await at.put({})
  const { id } = await at.user('ann')
  assert.deepEqual((await at.role('Taken')).trustedIds, { [arnOf('user/ann')]: id })
  await at.call('DeleteUser', { UserName: 'ann' })
  await at.call('CreateUser', { UserName: 'ann' })
  await at.put({})
  assert.equal(await at.mayTake(await at.user('ann')), false)
})
