import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { account, firstPassword, openUsers } from './users.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

test('by account, name and password, and act with their own permissions', async () => {
  const policy = { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }
  await at.user('ann', { policy })
  const browser = await at.signedIn('ann')
  const home = await browser.get('/console')
  assert.equal(home.status, 200)
  assert.match(home.text, /ann/)
  assert.equal((await browser.get('/console/roles')).status, 200)
  assert.equal((await browser.get('/console/users')).status, 403)
  const [login] = await at.events(
    'ConsoleLogin',
    ({ userIdentity }) => userIdentity.userName === 'ann',
  )
  assert.equal(login?.userIdentity.type, 'IAMUser')
  assert.equal(login?.userIdentity.arn, `arn:aws:iam::${account}:user/ann`)
  assert.equal(login?.responseElements.ConsoleLogin, 'Success')
  const additional = login?.additionalEventData as unknown as Record<string, string>
  assert.equal(additional.MFAUsed, 'No')
  assert.match(await at.rig.iam('GetUser', { UserName: 'ann' }), /<PasswordLastUsed>/)
  assert.match(await at.rig.iam('ListUsers', {}), /<PasswordLastUsed>/)
})

test('a page of theirs that was asked for comes next, and no other address does', async () => {
  await at.user('deep')
  const lead = async (next: string) =>
    (await at.password(at.browser(), 'deep', firstPassword, next)).location
  assert.equal(await lead('/console/users/deep?tab=keys'), '/console/users/deep?tab=keys')
  for (const next of [
    '//evil.example',
    'https://evil.example/console',
    '/console\\@evil',
    '/signout',
  ])
    assert.equal(await lead(next), '/console')
})

test('an unknown account, an unknown user and a wrong password read alike', async () => {
  await at.user('bob')
  const pages = []
  for (const [of, username] of [
    ['demo', 'bob'],
    ['demo', 'nobody'],
    ['no-such-account', 'bob'],
    ['999988887777', 'bob'],
    ['demo', 'bob\0'],
  ] as const) {
    const browser = at.browser()
    const { csrf } = await browser.get('/signin/user/password')
    const fields = { _csrf: csrf, next: '/console', account: of, username, password: 'a guess' }
    const page = await browser.post('/signin/user/password', fields)
    assert.equal(page.status, 401)
    assert.equal(
      page.headers.getSetCookie().some((one) => one.includes('gatehouse-step')),
      false,
    )
    pages.push(
      page.text
        .replace(/GH-[\w-]+/, '')
        .replace(/name="_csrf" value="\w+"/, '')
        .replaceAll(/value="[^"]*"|data-at="[^"]*"|<h1>.*?<\/h1>/g, ''),
    )
  }
  assert.equal(new Set(pages).size, 1)
  const refused = await at.events('ConsoleLogin', ({ errorCode }) => errorCode !== undefined)
  assert.ok(refused.length > 0)
  const text = JSON.stringify(refused)
  assert.doesNotMatch(text, /nobody|a guess/)
  assert.match(text, /HIDDEN_DUE_TO_SECURITY_REASONS/)
})

test('tries of a name end after a few, also for the right password', async () => {
  await at.user('cem')
  const browser = at.browser()
  const statuses = []
  for (let i = 0; i < 12; i++)
    statuses.push((await at.password(browser, 'cem', `guess ${i}`)).status)
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429)
  const right = await at.password(browser, 'cem', firstPassword)
  assert.equal(right.status, 429)
  assert.match(right.text, /value="cem"/)
  assert.doesNotMatch(right.text, new RegExp(firstPassword))
})

test('a session ends when the password changes, or the user goes', async () => {
  const policy = { Effect: 'Allow', Action: '*', Resource: '*' }
  await at.user('dan', { policy })
  const browser = await at.signedIn('dan')
  assert.equal((await browser.get('/console/users')).status, 200)
  at.rig.running.clock.pass(1)
  await at.rig.iam('UpdateLoginProfile', { UserName: 'dan', Password: 'Another-horse-2' })
  const ended = await browser.get('/console/users')
  assert.equal(ended.status, 403)
  assert.match(ended.text, /the password was changed/)
  assert.match(ended.text, /\/signin\/user\/password\?account=demo&amp;next=%2Fconsole%2Fusers/)
  await at.user('eve', { policy })
  const another = await at.signedIn('eve')
  assert.equal((await another.get('/console')).status, 200)
  await at.rig.iam('DeleteLoginProfile', { UserName: 'eve' })
  assert.equal((await another.get('/console')).status, 403)
})

test('the browser remembers account and name, and leads back to the account', async () => {
  await at.user('gil')
  const browser = await at.signedIn('gil')
  browser.cookies.delete('gatehouse')
  const asked = await browser.get('/console/roles')
  assert.equal(asked.location, '/signin/demo?next=%2Fconsole%2Froles')
  const form = await browser.get(asked.location!)
  assert.match(form.text, /name="account"[^>]*value="demo"/)
  assert.match(form.text, /name="username"[^>]*value="gil"/)
  assert.equal(form.hidden('next'), '/console/roles')
  browser.cookies.set('gatehouse-user', `demo.${Buffer.from('<b>').toString('base64url')}`)
  assert.doesNotMatch((await browser.get('/signin/demo')).text, /<b>|&lt;b&gt;/)
})

test('a form of another site signs nobody in', async () => {
  await at.user('hal')
  const fields = { account: 'demo', username: 'hal', password: firstPassword }
  const browser = at.browser()
  assert.equal((await browser.post('/signin/user/password', fields)).status, 403)
  const { csrf } = await browser.get('/signin/user/password')
  const foreign = { 'sec-fetch-site': 'cross-site' }
  const answer = await browser.post('/signin/user/password', { ...fields, _csrf: csrf }, foreign)
  assert.equal(answer.status, 403)
})

test('the session id is another after the sign-in, and the old one opens nothing', async () => {
  await at.user('ida')
  const browser = await at.signedIn('ida')
  const before = browser.cookies.get('gatehouse')!
  const again = await at.password(browser, 'ida', firstPassword)
  assert.equal(again.location, '/console')
  assert.notEqual(browser.cookies.get('gatehouse'), before)
  browser.cookies.set('gatehouse', before)
  assert.equal((await browser.get('/console')).status, 303)
})
