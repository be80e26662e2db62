import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { firstPassword, openUsers } from './users.ts'

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const withMfa = {
  ...everything,
  Condition: {
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    NumericLessThan: { 'aws:MultiFactorAuthAge': '600' },
  },
}

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

test('show a code, and their session counts as one with MFA', async () => {
  await at.user('ann', { policy: withMfa })
  await at.user('bea', { policy: withMfa })
  const { code, serial } = await at.device('ann')
  const browser = at.browser()
  const first = await at.password(browser, 'ann', firstPassword, '/console/users')
  assert.equal(first.location, '/signin/user/code')
  assert.equal((await browser.get('/console')).status, 303)
  const answer = await at.code(browser, code(1))
  assert.equal(answer.location, '/console/users')
  assert.equal((await browser.get('/console/users')).status, 200)
  assert.equal(browser.cookies.has('gatehouse-step'), false)
  const without = await at.signedIn('bea')
  assert.equal((await without.get('/console/users')).status, 403)
  at.rig.running.clock.pass(601)
  assert.equal((await browser.get('/console/users')).status, 403)
  const [login] = await at.events(
    'ConsoleLogin',
    ({ userIdentity }) => userIdentity.userName === 'ann',
  )
  const additional = login?.additionalEventData as unknown as Record<string, string>
  assert.equal(additional.MFAUsed, 'Yes')
  assert.equal(additional.MFAIdentifier, serial)
  const [asked] = await at.events('CheckMfa', () => true)
  assert.equal(asked?.responseElements.CheckMfa, 'Success')
})

test('get nowhere without it, whichever page they ask for', async () => {
  await at.user('cem', { policy: everything, reset: true })
  await at.device('cem')
  const browser = at.browser()
  await at.password(browser, 'cem', firstPassword)
  const { csrf } = await browser.get('/signin/user/code')
  const change = await browser.get('/signin/user/change')
  assert.equal(change.location, '/signin/user/code')
  const fields = {
    _csrf: csrf,
    before: firstPassword,
    after: 'Other-horse-9',
    again: 'Other-horse-9',
  }
  const changed = await browser.post('/signin/user/change', fields)
  assert.equal(changed.location, '/signin/user/code')
  assert.equal((await browser.get('/console')).status, 303)
})

test('use no code twice, in two browsers at once neither', async () => {
  await at.user('dan')
  const { code } = await at.device('dan')
  const browsers = [at.browser(), at.browser()]
  for (const one of browsers) await at.password(one, 'dan', firstPassword)
  const answers = await Promise.all(browsers.map((one) => at.code(one, code(1))))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 401])
  const late = at.browser()
  await at.password(late, 'dan', firstPassword)
  assert.equal((await at.code(late, code(1))).status, 401)
})

test('choose among several devices; one of another user does not count', async () => {
  await at.user('eve')
  await at.user('fay')
  const [, second] = [await at.device('eve', 'one'), await at.device('eve', 'two')]
  const others = await at.device('fay')
  const browser = at.browser()
  await at.password(browser, 'eve', firstPassword)
  assert.match(
    (await browser.get('/signin/user/code')).text,
    /<option[^>]*>one<.*<option[^>]*>two</s,
  )
  const stolen = await at.code(browser, others.code(1), { device: others.serial })
  assert.equal(stolen.status, 401)
  const right = await at.code(browser, second.code(1), { device: second.serial })
  assert.equal(right.location, '/console')
})

test('whose clock is off are offered two codes in a row, and need one next time', async () => {
  await at.user('gil')
  const { code } = await at.device('gil')
  const browser = at.browser()
  await at.password(browser, 'gil', firstPassword)
  const off = 20
  assert.doesNotMatch((await browser.get('/signin/user/code')).text, /resync/)
  for (let i = 0; i < 2; i++) assert.equal((await at.code(browser, code(off))).status, 401)
  assert.match((await browser.get('/signin/user/code')).text, /href="\/signin\/user\/resync"/)
  const page = await browser.get('/signin/user/resync')
  const resync = (codes: Record<string, string>) =>
    browser.post('/signin/user/resync', { _csrf: page.csrf, ...codes })
  assert.equal((await resync({ code: code(off), 'next-code': code(off + 2) })).status, 401)
  const set = await resync({ code: code(off), 'next-code': code(off + 1) })
  assert.equal(set.location, '/console')
  const again = at.browser()
  await at.password(again, 'gil', firstPassword)
  assert.equal((await at.code(again, code(off + 2))).location, '/console')
})

test('guess codes a few times only', async () => {
  await at.user('hal')
  const { code } = await at.device('hal')
  const browser = at.browser()
  await at.password(browser, 'hal', firstPassword)
  const wrong = code() === '000000' ? '000001' : '000000'
  const statuses = []
  for (let i = 0; i < 16; i++) statuses.push((await at.code(browser, wrong)).status)
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429)
  assert.equal((await at.code(browser, code(1))).status, 429)
})

test('start again when it takes too long, or when the password changes meanwhile', async () => {
  await at.user('ida')
  const { code } = await at.device('ida')
  const browser = at.browser()
  await at.password(browser, 'ida', firstPassword, '/console/roles')
  const { csrf } = await browser.get('/signin/user/code')
  at.rig.running.clock.pass(601)
  const fields = { _csrf: csrf, code: code(), next: '/console/roles' }
  const late = await browser.post('/signin/user/code', fields)
  assert.equal(late.location, '/signin/user/password?next=%2Fconsole%2Froles')
  const form = await browser.get(late.location!)
  assert.match(form.text, /This sign-in has ended/)
  assert.match(form.text, /name="username"[^>]*value="ida"/)
  await at.password(browser, 'ida', firstPassword)
  at.rig.running.clock.pass(1)
  await at.rig.iam('UpdateLoginProfile', { UserName: 'ida', Password: 'Another-horse-2' })
  const moved = await browser.get('/signin/user/code')
  assert.equal(moved.location, '/signin/user/password?next=%2Fconsole')
  assert.equal((await browser.get('/console')).status, 303)
})
