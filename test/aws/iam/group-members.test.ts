import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openIam } from './open-iam.ts'

test('a renamed group takes its many users along', async () => {
  await using at = await openIam()
  await at.outcome('CreateGroup', { GroupName: 'old' })
  for (let i = 0; i < 7; i++) await at.make('user', { name: `u${i}`, groups: ['old'] })
  assert.match(await at.outcome('DeleteGroup', { GroupName: 'old' }), /^DeleteConflict/)
  assert.equal(await at.outcome('UpdateGroup', { GroupName: 'old', NewGroupName: 'New' }), '200')
  const { body } = await at.call('GetGroup', { GroupName: 'new', MaxItems: '5' })
  assert.equal(body.match(/<UserName>/g)?.length, 5)
  assert.match(body, /<IsTruncated>true<\/IsTruncated>/)
})
