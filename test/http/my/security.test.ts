import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { codeOfStep, stepOf } from '../../../src/credentials/totp.ts'
import { account, firstPassword, openUsers, seedOf } from '../../sign-in/user/users.ts'
import type { Browser } from '../browser.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

const own = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
const newPassword = 'Quiet-harbour-7'

/** Sends a form of a page as the browser would. */
async function send(browser: Browser, path: string, fields: Record<string, string> = {}) {
  const { csrf } = await browser.get('/portal')
  return browser.post(path, { _csrf: csrf, ...fields })
}

test('a user makes a key, sees its secret once, and rotates it', async () => {
  await at.user('ann', { policy: own('iam:*') })
  const browser = await at.signedIn('ann')
  assert.match((await browser.get('/portal')).text, /ann · account demo/)
  const made = await send(browser, '/portal/security/keys')
  assert.equal(made.status, 200)
  assert.equal(made.headers.get('cache-control'), 'no-store')
  const [, id, secret] = /AWS_ACCESS_KEY_ID=(\w+)\n\S+ AWS_SECRET_ACCESS_KEY=([^<]+)</.exec(
    made.text,
  )!
  assert.equal(secret!.length, 40)
  const listed = await browser.get('/portal/security')
  assert.ok(listed.text.includes(id!))
  assert.ok(!listed.text.includes(secret!))
  const status = { id: id!, status: 'Inactive' }
  await send(browser, '/portal/security/key/status', status)
  assert.match((await browser.get(`/portal/security/key?id=${id}`)).text, /Inactive/)
  const gone = await send(browser, '/portal/security/key/delete', { id: id! })
  assert.equal(gone.location, '/portal/security')
  const after = await browser.get('/portal/security')
  assert.match(after.text, /The key is deleted/)
  assert.ok(!after.text.includes(id!))
  const [event] = await at.events('CreateAccessKey', () => true)
  assert.equal(event?.userIdentity.userName, 'ann')
  assert.ok(!JSON.stringify(event).includes(secret!))
})

test('an authenticator app is added by its key and two codes', async () => {
  await at.user('bea', { policy: own('iam:*') })
  const browser = await at.signedIn('bea')
  assert.match((await browser.get('/portal/security/add-device')).text, /value="bea"/)
  const shown = await send(browser, '/portal/security/add-device', { name: 'bea' })
  const [, text] = /<code>([A-Z2-7 ]+)<\/code>/.exec(shown.text)!
  assert.match(shown.text, /<svg role="img" aria-label="QR code/)
  const seed = seedOf(text!.replaceAll(' ', ''))
  const serial = `arn:aws:iam::${account}:mfa/bea`
  const code = (steps: number) => codeOfStep(seed, stepOf(at.rig.running.clock.now()) + steps)
  const enable = (one: string, next: string) =>
    send(browser, '/portal/security/enable-device', { serial, code: one, 'next-code': next })
  const wrong = await enable('000000', '111111')
  assert.equal(wrong.status, 403)
  assert.match(wrong.text, /is not valid/)
  assert.ok(!wrong.text.includes(text!), 'the key is shown once')
  assert.equal((await enable(code(-1), code(0))).location, '/portal/security')
  assert.match((await browser.get('/portal/security')).text, />bea<\/a>/)
  const resync = { serial, code: code(5), 'next-code': code(6) }
  const set = await send(browser, '/portal/security/device/resync', resync)
  assert.equal(set.location, '/portal/security')
  const removed = await send(browser, '/portal/security/device/remove', { serial })
  assert.equal(removed.location, '/portal/security')
  assert.match((await browser.get('/portal/security')).text, /You have no MFA device/)
  assert.doesNotMatch(await at.rig.iam('ListVirtualMFADevices', {}), /mfa\/bea</)
})

test('a device that was begun and left can be begun again', async () => {
  await at.user('cem', { policy: own('iam:*') })
  const browser = await at.signedIn('cem')
  await send(browser, '/portal/security/add-device', { name: 'cem' })
  const twice = await send(browser, '/portal/security/add-device', { name: 'cem' })
  assert.equal(twice.status, 409)
  assert.match(twice.text, /already exists/)
  const serial = `arn:aws:iam::${account}:mfa/cem`
  const forgot = await send(browser, '/portal/security/forget-device', { serial })
  assert.equal(forgot.location, '/portal/security/add-device')
  const again = await send(browser, '/portal/security/add-device', { name: 'cem' })
  assert.equal(again.status, 200)
})

test('nobody does for others what the user may not do, and is told why', async () => {
  await at.user('dan')
  await at.user('eve', { policy: own('iam:*') })
  const browser = await at.signedIn('dan')
  const page = await browser.get('/portal/security')
  assert.equal(page.status, 200)
  assert.match(page.text, /iam:ListAccessKeys/)
  const refused = await send(browser, '/portal/security/keys')
  assert.equal(refused.status, 403)
  assert.match(refused.text, /not authorized to perform: iam:CreateAccessKey/)
  const eve = await at.signedIn('eve')
  const name = '<script>alert(1)</script>'
  const hostile = await send(eve, '/portal/security/add-device', { name })
  assert.equal(hostile.status, 400)
  assert.doesNotMatch(hostile.text, /<script>alert/)
  const missing = await send(eve, '/portal/security/key/delete', { id: 'AKIAIOSFODNN7EXAMPLE' })
  assert.equal(missing.status, 404)
})

test('pages of their own are for users who are signed in, and forms of theirs alone', async () => {
  const stranger = at.browser()
  const away = await stranger.get('/portal/security')
  assert.equal(away.location, '/signin?next=%2Fportal%2Fsecurity')
  await at.user('fay', { policy: own('iam:*') })
  const browser = await at.signedIn('fay')
  assert.equal((await browser.post('/portal/security/keys', {})).status, 403)
  const back = at.browser()
  const led = await at.password(back, 'fay', firstPassword, '/portal/security')
  assert.equal(led.location, '/portal/security')
})

test('a changed password ends every other sign-in, and this one goes on', async () => {
  await at.user('gil', { policy: own('iam:ChangePassword', 'iam:GetAccountPasswordPolicy') })
  const [browser, elsewhere] = [await at.signedIn('gil'), await at.signedIn('gil')]
  const page = await browser.get('/portal/password')
  assert.match(page.text, /data-rule="threeOfFour"/)
  const change = (after: string, again = after, before = firstPassword) =>
    send(browser, '/portal/password', { before, after, again })
  assert.match((await change('short')).text, /minimum length of 8/)
  assert.match((await change(newPassword, 'x')).text, /not the same/)
  assert.match((await change(newPassword, newPassword, 'x')).text, /old password is not/)
  at.rig.running.clock.pass(1)
  const id = browser.cookies.get('gatehouse')
  assert.equal((await change(newPassword)).location, '/portal/security')
  assert.notEqual(browser.cookies.get('gatehouse'), id)
  assert.match((await browser.get('/portal/security')).text, /Your password was changed/)
  assert.equal((await browser.get('/console')).status, 200)
  assert.equal((await elsewhere.get('/console')).status, 403)
  assert.equal((await elsewhere.get('/portal/security')).status, 303)
})

test('signing out ends it; signing in as somebody of a directory does too', async () => {
  await at.user('hal')
  const browser = await at.signedIn('hal')
  const { csrf } = await browser.get('/signout')
  await browser.post('/signout', { _csrf: csrf })
  assert.equal((await browser.get('/portal/security')).status, 303)
  const other = await at.signedIn('hal')
  await other.signIn('amina', 'amina-demo-2026')
  assert.match((await other.get('/portal')).text, /Your roles/)
  assert.notEqual((await other.get('/console')).status, 200)
})
