import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arnOf, openIam } from '../aws/iam/open-iam.ts'
import { account } from '../aws/wire-scene.ts'

test('keys and devices of the API go with the user, and serve no later namesake', async () => {
  await using at = await openIam({ settings: { users: [{ name: 'Robot' }] } })
  const { body } = await at.call('CreateAccessKey', { UserName: 'robot' })
  const id = /<AccessKeyId>([^<]*)</.exec(body)![1]!
  const device = {
    account,
    name: 'm',
    path: '/',
    serialNumber: arnOf('mfa/m'),
    sealedSeed: 'x',
    tags: [],
    createdAt: '',
    managedBy: 'api',
    enabled: { userName: 'robot', at: '', driftSteps: 0 },
  } as const
  await at.store.transact((tx) => tx.insert('mfaDevice', account, '/m', device))
  await at.put({ users: [{ name: 'Robot', path: '/bots/' }] })
  assert.equal(
    (await at.store.reads.find('accessKey', '*', id))?.userName,
    'Robot',
    'a changed user keeps them',
  )
  await at.put({ users: [] })
  await at.put({ users: [{ name: 'robot' }] })
  assert.deepEqual(
    [
      await at.store.reads.find('accessKey', '*', id),
      await at.store.reads.find('mfaDevice', account, '/m'),
    ],
    [undefined, undefined],
  )
})

test('a group that the file dropped denies its users everything; they can leave it', async () => {
  await using at = await openIam({ settings: { groups: [{ name: 'Ops' }] } })
  await at.make('user', { name: 'ann' })
  assert.equal(await at.outcome('AddUserToGroup', { GroupName: 'ops', UserName: 'ann' }), '200')
  await at.put({})
  assert.match(
    await at.outcome('RemoveUserFromGroup', { GroupName: 'other', UserName: 'ann' }),
    /^NoSuchEntity: The group with name other/,
  )
  assert.equal(
    await at.outcome('RemoveUserFromGroup', { GroupName: 'OPS', UserName: 'ann' }),
    '200',
  )
  assert.deepEqual((await at.store.reads.find('user', account, 'ann'))?.groups, [])
})
