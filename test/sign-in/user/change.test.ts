import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Browser } from '../../http/browser.ts'
import { firstPassword, openUsers } from './users.ts'

const newPassword = 'Quiet-harbour-7'
const mayChange = { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

const change = async (browser: Browser, after: string, more: Record<string, string> = {}) => {
  const { csrf } = await browser.get('/signin/user/change')
  const fields = { _csrf: csrf, before: firstPassword, after, again: after, ...more }
  return browser.post('/signin/user/change', fields)
}

test('do so on their way in, and sign in with it from then on', async () => {
  await at.user('ann', { policy: mayChange, reset: true })
  const browser = at.browser()
  const first = await at.password(browser, 'ann', firstPassword, '/console/roles')
  assert.equal(first.location, '/signin/user/change')
  assert.equal((await browser.get('/console')).status, 303)
  const page = await browser.get('/signin/user/change')
  assert.match(page.text, /8 characters or more/)
  assert.match((await change(browser, 'short')).text, /minimum length of 8/)
  assert.match((await change(browser, newPassword, { again: 'x' })).text, /not the same/)
  assert.match((await change(browser, newPassword, { before: 'x' })).text, /old password is not/)
  at.rig.running.clock.pass(1)
  const done = await change(browser, newPassword)
  assert.equal(done.location, '/console/roles')
  assert.equal((await browser.get('/console')).status, 200)
  assert.equal((await at.password(at.browser(), 'ann', firstPassword)).status, 401)
  assert.equal((await at.password(at.browser(), 'ann', newPassword)).location, '/console')
  const [event] = await at.events('ChangePassword', ({ errorCode }) => errorCode === undefined)
  assert.equal(event?.userIdentity.userName, 'ann')
  assert.doesNotMatch(JSON.stringify(event), new RegExp(`${newPassword}|${firstPassword}`))
})

test('are told whom to ask when the account does not let them', async () => {
  await at.user('bob', { reset: true })
  const browser = at.browser()
  await at.password(browser, 'bob', firstPassword)
  const refused = await change(browser, newPassword)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /may not choose a password yourself/)
  assert.equal((await browser.get('/console')).status, 303)
})

test('because it expired; hard expiry needs an administrator', async () => {
  await at.user('cem')
  const policy = { MaxPasswordAge: '30', AllowUsersToChangePassword: 'true' }
  await at.rig.iam('UpdateAccountPasswordPolicy', policy)
  at.rig.running.clock.pass(31 * 86_400)
  const browser = at.browser()
  const first = await at.password(browser, 'cem', firstPassword)
  assert.equal(first.location, '/signin/user/change')
  assert.match((await browser.get('/signin/user/change')).text, /6 characters or more/)
  await at.rig.iam('UpdateAccountPasswordPolicy', { ...policy, HardExpiry: 'true' })
  const hard = await at.password(at.browser(), 'cem', firstPassword)
  assert.equal(hard.status, 403)
  assert.match(hard.text, /expired for good/)
  assert.match(hard.text, /GH-\w{4}-\w{4}/)
  await at.rig.iam('UpdateLoginProfile', { UserName: 'cem', Password: newPassword })
  assert.equal((await at.password(at.browser(), 'cem', newPassword)).location, '/console')
  await at.rig.iam('DeleteAccountPasswordPolicy', {})
})
