import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPolicyReader } from '../../../src/sessions/principal-policies.ts'
import { linkTo } from '../../../src/store/links.ts'
import { account } from '../wire-scene.ts'
import { openIam, texts } from './open-iam.ts'

test('a renamed group takes its many users along', async () => {
  await using at = await openIam()
  await at.outcome('CreateGroup', { GroupName: 'old' })
  for (let i = 0; i < 7; i++) await at.make('user', { name: `u${i}`, groups: ['old'] })
  assert.match(await at.outcome('DeleteGroup', { GroupName: 'old' }), /^DeleteConflict/)
  assert.equal(await at.outcome('UpdateGroup', { GroupName: 'old', NewGroupName: 'New' }), '200')
  const { body } = await at.call('GetGroup', { GroupName: 'new', MaxItems: '5' })
  assert.equal(body.match(/<UserName>/g)?.length, 5)
  assert.match(body, /<IsTruncated>true<\/IsTruncated>/)
  assert.match(body, /<MemberCount>7<\/MemberCount>/)
})

test('a group is renamed without writing its members, and an old name begins anew', async () => {
  await using at = await openIam()
  const { reads } = at.store
  const ok = async (action: string, parameters: Readonly<Record<string, string>>) =>
    assert.equal(await at.outcome(action, parameters), '200', `${action} ${parameters.GroupName}`)
  const rename = (GroupName: string, NewGroupName: string) =>
    ok('UpdateGroup', { GroupName, NewGroupName })
  const members = async (GroupName: string) =>
    texts(await at.call('GetGroup', { GroupName }), 'UserName')
  const groups = async (UserName: string) =>
    texts(await at.call('ListGroupsForUser', { UserName }), 'GroupName')
  await ok('CreateGroup', { GroupName: 'Old' })
  for (const name of ['ann', 'bob']) {
    await at.make('user', { name, groups: [] })
    await ok('AddUserToGroup', { GroupName: 'old', UserName: name })
  }
  const { position } = at.store.changes()
  await rename('Old', 'New')
  const { keys } = at.store.changes(position)
  assert.ok(keys !== 'all' && keys.every((key) => !key.startsWith('user/')), String(keys))
  assert.deepEqual(await members('new'), ['ann', 'bob'])
  assert.deepEqual(await groups('ann'), ['New'])

  // The old name is that of nobody's group now: it takes nobody out, and is free for another.
  assert.match(
    await at.outcome('RemoveUserFromGroup', { GroupName: 'old', UserName: 'ann' }),
    /^NoSuchEntity/,
  )
  await ok('CreateGroup', { GroupName: 'old' })
  assert.deepEqual(await members('old'), [])
  await ok('AddUserToGroup', { GroupName: 'OLD', UserName: 'ann' })
  assert.deepEqual(await members('old'), ['ann'])
  assert.deepEqual(await groups('ann'), ['New', 'old'])
  await ok('PutGroupPolicy', {
    GroupName: 'old',
    PolicyName: 'p',
    PolicyDocument:
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
  })
  const policies = createPolicyReader(at.store)
  const held = async (name: string) =>
    (await policies.ofUser((await reads.find('user', account, name))!)).identity.length
  assert.deepEqual([await held('ann'), await held('bob')], [1, 0])

  await ok('RemoveUserFromGroup', { GroupName: 'new', UserName: 'ann' })
  assert.deepEqual(await groups('ann'), ['old'])
  assert.deepEqual(await members('new'), ['bob'])
  assert.match(await at.outcome('DeleteGroup', { GroupName: 'new' }), /^DeleteConflict/)
  // Both change names once more, until each has the one with which the other began.
  await rename('old', 'other')
  await rename('new', 'old')
  await rename('other', 'new')
  assert.deepEqual([await members('old'), await members('new')], [['bob'], ['ann']])
  assert.deepEqual([await held('ann'), await held('bob')], [1, 0])
  await ok('RemoveUserFromGroup', { GroupName: 'old', UserName: 'bob' })
  await ok('DeleteGroup', { GroupName: 'old' })
  await ok('RemoveUserFromGroup', { GroupName: 'new', UserName: 'ann' })
  await ok('DeleteGroupPolicy', { GroupName: 'new', PolicyName: 'p' })
  await ok('DeleteGroup', { GroupName: 'new' })
  assert.equal(await reads.count('groupMembership', account), 0)
  assert.equal(await reads.countLinked('user', account, linkTo.group('old')), 0)
  assert.deepEqual(at.bugs, [])
})

test('a member of a group that is gone can be taken out, whoever has its name', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'ann', groups: ['gone', 'AGPAGONE'] })
  await at.outcome('CreateGroup', { GroupName: 'x' })
  assert.equal(await at.outcome('UpdateGroup', { GroupName: 'x', NewGroupName: 'gone' }), '200')
  const remove = (GroupName: string) =>
    at.outcome('RemoveUserFromGroup', { GroupName, UserName: 'ann' })
  const groups = async () => (await at.store.reads.find('user', account, 'ann'))?.groups
  const policies = createPolicyReader(at.store)
  const user = (await at.store.reads.find('user', account, 'ann'))!
  assert.equal((await policies.ofUser(user)).identity.length, 2, 'what is gone denies everything')
  assert.equal(await at.outcome('AddUserToGroup', { GroupName: 'gone', UserName: 'ann' }), '200')
  assert.deepEqual(await groups(), ['AGPAGONE', 'x'])
  assert.equal(await remove('AGPAGONE'), '200')
  assert.equal(await remove('gone'), '200')
  assert.deepEqual(await groups(), [])
  assert.match(await remove('nobody'), /^NoSuchEntity/)
})
