import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultAccountQuotas } from '../../../src/store/account-quotas.ts'
import { openIam } from './open-iam.ts'

test('the settings say how many users an account may have, and the summary tells it', async () => {
  await using at = await openIam({ quotas: { ...defaultAccountQuotas, users: 2 } })
  const create = (UserName: string) => at.outcome('CreateUser', { UserName })
  assert.equal(await create('ann'), '200')
  assert.equal(await create('bob'), '200')
  assert.equal(await create('cid'), 'LimitExceeded: Cannot exceed quota for UsersPerAccount: 2')
  assert.equal(await at.outcome('DeleteUser', { UserName: 'ann' }), '200')
  assert.equal(await create('cid'), '200')
  assert.match((await at.call('GetAccountSummary')).body, /UsersQuota<\/key><value>2</)
  assert.deepEqual(at.bugs, [])
})
