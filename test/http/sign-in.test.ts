import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from './browser.ts'
import { openHouse } from './house.ts'

const password = 'right horse'

test('a person signs in and sees their roles by account', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const answer = await browser.signIn('amina', password)
  assert.equal(answer.status, 303)
  assert.equal(answer.location, '/portal')
  const portal = await browser.get('/portal')
  assert.equal(portal.status, 200)
  assert.match(portal.text, /meridian-data/)
  assert.match(portal.text, /4120 8833 0917/)
  assert.match(portal.text, /DataAnalyst/)
  assert.equal(portal.headers.get('cache-control'), 'no-store')
  const [event] = house.events
  assert.equal(event?.eventName, 'SignIn')
  assert.deepEqual(event?.chain.identity, {
    subject: 'uuid-of-amina',
    username: 'amina.okafor',
    strength: 'password',
  })
})

test('a wrong name, a wrong password and an empty one read alike', async () => {
  await using house = await openHouse()
  const pages = []
  for (const [name, word] of [
    ['nobody', password],
    ['amina', 'wrong'],
    ['amina', ''],
    ['amina', '   '],
    ['amina', 'a\0b'],
    ['amina', 'x'.repeat(10_000)],
  ] as const) {
    const page = await new Browser(house.origin).signIn(name, word)
    assert.equal(page.status, 401)
    pages.push(
      page.text
        .replace(/GH-[\w-]+/, '')
        .replace(/name="_csrf" value="\w+"/, '')
        .replace(/value="(nobody|amina)"/, ''),
    )
  }
  assert.equal(new Set(pages).size, 1)
})

test('a refused sign-in shows a reference, and the audit event has it and the reason', async () => {
  await using house = await openHouse()
  const page = await new Browser(house.origin).signIn('amina', 'wrong-Secret-1')
  const reference = /GH-\w{4}-\w{4}/.exec(page.text)?.[0]
  const [event] = house.events
  assert.equal(event?.errorCode, 'credentials-rejected')
  assert.equal(event?.chain.reference, reference)
  assert.equal(event?.chain.detail, 'bind answered 49')
  assert.doesNotMatch(JSON.stringify(house.events) + house.logged.join(), /wrong-Secret-1/)
  assert.match(page.text, /<title>Error: sign in/)
  assert.match(page.text, /role="alert" tabindex="-1"/)
})

test('no password comes from a query string', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const page = await browser.post(
    `/signin?username=amina&password=${encodeURIComponent(password)}&connector=staff`,
    { _csrf: csrf, connector: 'staff' },
  )
  assert.equal(page.status, 401)
})

test('visitors leave nothing on the server, whatever page they ask for', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  for (const one of [browser, ...Array.from({ length: 50 }, () => new Browser(house.origin))]) {
    const path = `/console/a${'b'.repeat(1500)}`
    const asked = await one.get(path)
    assert.equal(asked.location, `/signin?next=${encodeURIComponent(path)}`)
    const { csrf } = await one.get(`${asked.location}&connector=staff`)
    assert.match(csrf, /^[0-9a-f]{64}$/)
    await one.get('/federation?Action=logout')
    await one.post('/console/signout', { _csrf: csrf })
    await one.get('/signout')
    assert.equal(one.cookies.get('gatehouse'), undefined)
  }
  assert.deepEqual(house.rows(), [])
  await browser.signIn('amina', password)
  assert.deepEqual(house.rows().length, 1)
})

test('a visitor’s mark that was planted, or a token of another one, opens no form', async () => {
  await using house = await openHouse()
  const fields = { connector: 'staff', username: 'amina', password }
  const browser = new Browser(house.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const mark = browser.cookies.get('gatehouse-visitor')!
  for (const [planted, token] of [
    ['', ''],
    [mark, ''],
    [mark, mark],
    [mark, csrf.slice(0, -1)],
    [mark, csrf.toUpperCase()],
    [`${mark}x`, csrf],
    ['A'.repeat(43), csrf],
  ] as const) {
    browser.cookies.set('gatehouse-visitor', planted)
    const page = await browser.post('/signin', { ...fields, _csrf: token })
    assert.equal(page.status, 403, `${planted} ${token}`)
  }
  browser.cookies.set('gatehouse-visitor', mark)
  const entered = await browser.post('/signin', { ...fields, _csrf: csrf })
  assert.equal(entered.location, '/portal')
  assert.equal(browser.cookies.get('gatehouse-visitor'), undefined)
  const again = await browser.post('/signin', { ...fields, _csrf: csrf })
  assert.equal(again.status, 403, 'a form is good for one sign-in')
})

test('the session id changes at sign-in, and the old one opens nothing', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  const before = browser.cookies.get('gatehouse')
  await browser.signIn('amina', password)
  assert.ok(before)
  assert.notEqual(browser.cookies.get('gatehouse'), before)
  const planted = new Browser(house.origin)
  planted.cookies.set('gatehouse', before)
  assert.equal((await planted.get('/portal')).location, '/signin')
})

test('a form without a token, or of another session or site, is refused', async () => {
  await using house = await openHouse()
  const fields = { connector: 'staff', username: 'amina', password }
  const browser = new Browser(house.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const other = await new Browser(house.origin).get('/signin?connector=staff')
  for (const [form, headers] of [
    [fields, {}],
    [{ ...fields, _csrf: '' }, {}],
    [{ ...fields, _csrf: other.csrf }, {}],
    [{ ...fields, _csrf: csrf }, { origin: 'https://evil.example' }],
    [{ ...fields, _csrf: csrf }, { origin: 'null' }],
    [{ ...fields, _csrf: csrf }, { 'sec-fetch-site': 'cross-site' }],
    [{ ...fields, _csrf: csrf }, { 'sec-fetch-site': 'same-site' }],
  ] as [Record<string, string>, Record<string, string>][]) {
    const page = await browser.post('/signin', form, headers)
    assert.equal(page.status, 403)
    assert.equal(page.title, 'This sign-in has ended')
  }
  assert.equal(house.events.length, 0)
  const own = await browser.post(
    '/signin',
    { ...fields, _csrf: csrf },
    { origin: house.origin, 'sec-fetch-site': 'same-origin' },
  )
  assert.equal(own.location, '/portal')
})

test('every form that changes something wants the token', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  const { text } = await browser.get('/portal')
  const grant = /name="grant" value="([^"]+)"/.exec(text)![1]!
  for (const path of ['/portal/credentials', '/portal/console', '/console/signout', '/signout']) {
    assert.equal((await browser.post(path, { grant })).status, 403, path)
  }
  assert.equal(house.events.length, 1)
})

test('a parameter given twice is refused, wherever it counts', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  const fields: [string, string][] = [
    ['_csrf', csrf],
    ['connector', 'staff'],
    ['username', 'amina'],
    ['password', password],
  ]
  for (const name of ['_csrf', 'connector', 'username', 'password', 'next']) {
    const page = await browser.post('/signin', [...fields, ['next', ''], [name, 'amina']])
    assert.equal(page.status, 400, name)
  }
  assert.equal((await browser.get('/signin?next=/portal&next=//evil.example')).status, 400)
  assert.equal(house.events.filter(({ errorCode }) => errorCode === undefined).length, 0)
})

test('the way back is a page of ours, whatever was asked for', async () => {
  await using house = await openHouse()
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/portal',
    '/portal\r\nX-Evil: 1',
    'javascript:alert(1)',
    '/federation?Action=logout',
    '/portal/..//evil.example',
  ]) {
    const answer = await new Browser(house.origin).signIn('amina', password, { next })
    assert.equal(answer.location, '/portal', next)
    assert.equal(answer.headers.get('x-evil'), null)
  }
})

test('what a directory says of a person is text', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('jonas', password)
  const { text } = await browser.get('/portal')
  assert.doesNotMatch(text, /<script>alert|<b>jonas/)
  assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  const echoed = await new Browser(house.origin).signIn('"><img src=x onerror=alert(1)>', 'wrong')
  assert.match(echoed.text, /value="&quot;&gt;&lt;img/)
})

test('tries are limited for all spellings of a name, and a correct password resets', async () => {
  await using house = await openHouse()
  const tries = async (names: string[]) =>
    Promise.all(
      names.map(async (name) => (await new Browser(house.origin).signIn(name, 'wrong')).status),
    )
  assert.deepEqual(await tries(['amina', 'AMINA', ' amina ', 'ａmina']), [401, 401, 401, 401])
  assert.equal((await new Browser(house.origin).signIn('amina', password)).status, 303)
  assert.deepEqual(
    await tries(['amina', 'Amina', 'amina', 'amina', 'aMina']),
    [401, 401, 401, 401, 401],
  )
  const stopped = await new Browser(house.origin).signIn('amina', password)
  assert.equal(stopped.status, 429)
  assert.match(stopped.text, /Too many tries/)
  assert.equal((await new Browser(house.origin).signIn('jonas', password)).status, 303)
  house.clock.pass(901)
  assert.equal((await new Browser(house.origin).signIn('amina', password)).status, 303)
})

test('one address stops too, whatever it says of itself', async () => {
  await using house = await openHouse()
  let last = 0
  for (let i = 0; i <= 50; i++) {
    const browser = new Browser(house.origin)
    const { csrf } = await browser.get('/signin?connector=staff')
    last = (
      await browser.post(
        '/signin',
        { _csrf: csrf, connector: 'staff', username: `name-${i}`, password: 'x' },
        { 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=203.0.113.${i}` },
      )
    ).status
  }
  assert.equal(last, 429)
  assert.ok(house.events.every(({ sourceIPAddress }) => sourceIPAddress === '127.0.0.1'))
})

test('forwarded addresses count from a trusted proxy only', async () => {
  await using house = await openHouse({ trustedProxies: ['127.0.0.1'] })
  const browser = new Browser(house.origin)
  const { csrf } = await browser.get('/signin?connector=staff')
  await browser.post(
    '/signin',
    { _csrf: csrf, connector: 'staff', username: 'amina', password: 'x' },
    { 'x-forwarded-for': '198.51.100.7' },
  )
  assert.equal(house.events[0]?.sourceIPAddress, '198.51.100.7')
})

test('a directory that is down or hangs gives a page in bounded time', async () => {
  await using house = await openHouse()
  for (const state of ['down', 'hangs'] as const) {
    house.world.directory = state
    const page = await new Browser(house.origin).signIn('amina', password)
    assert.equal(page.status, 503)
    assert.match(page.text, /The directory does not answer/)
  }
})

test('no role yet: a page that says so, with a reference, and nobody is signed in', async () => {
  await using house = await openHouse()
  house.world.grants = []
  const browser = new Browser(house.origin)
  const page = await browser.signIn('amina', password)
  assert.equal(page.status, 403)
  assert.match(page.title, /have no role yet/)
  assert.match(page.text, /GH-\w{4}-\w{4}/)
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('the way that worked is remembered, and an unknown one is not believed', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  assert.doesNotMatch((await browser.get('/signin')).text, /type="password"/)
  await browser.signIn('amina', password, { connector: 'break-glass' })
  browser.cookies.delete('gatehouse')
  assert.match((await browser.get('/signin')).text, /name="connector" value="break-glass"/)
  browser.cookies.set('gatehouse-way', '"><script>')
  const page = await browser.get('/signin')
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /"><script>/)
})

test('an account’s own page shows the ways that serve it', async () => {
  await using house = await openHouse()
  const page = await new Browser(house.origin).get('/signin/meridian-data')
  assert.match(page.text, /Sign in to meridian-data/)
  assert.match(page.text, /name="connector" value="staff"/)
  assert.doesNotMatch(page.text, /Break glass/)
  assert.equal((await new Browser(house.origin).get('/signin/nowhere')).status, 404)
})

test('a sign-in ends on time, and when its connector leaves the configuration', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  house.clock.pass(8 * 3600 - 1)
  assert.equal((await browser.get('/portal')).status, 200)
  house.clock.pass(1)
  assert.equal((await browser.get('/portal')).location, '/signin')
  const other = new Browser(house.origin)
  await other.signIn('amina', password)
  house.world.ways = house.world.ways.slice(1)
  assert.equal((await other.get('/portal')).location, '/signin')
})

test('a sign-in ends, and issues nothing, once its connector drops the person', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  const portal = await browser.get('/portal')
  house.world.gone.add('amina.okafor')
  const issued = await browser.post('/portal/credentials', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  assert.notEqual(issued.status, 200)
  const after = await browser.get(issued.location ?? '/portal')
  assert.ok(!issued.text.includes('ASIA') && !after.text.includes('ASIA'))
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('signing out ends the session on the server', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  const cookie = browser.cookies.get('gatehouse')!
  const { csrf } = await browser.get('/signout')
  assert.equal((await browser.post('/signout', { _csrf: csrf })).location, '/signout')
  assert.equal((await browser.get('/signout')).title, 'You are signed out')
  browser.cookies.set('gatehouse', cookie)
  assert.equal((await browser.get('/portal')).location, '/signin')
  assert.equal(house.events.at(-1)?.eventName, 'SignOut')
})

test('the cookie is Secure, __Host-, HttpOnly and Lax if the public address is https', async () => {
  await using house = await openHouse({ publicUrl: 'https://sso.meridian.example' })
  const answer = await new Browser(house.origin).get('/signin?connector=staff')
  const [cookie] = answer.headers.getSetCookie()
  assert.match(cookie!, /^__Host-gatehouse-visitor=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)
  const entered = await new Browser(house.origin).signIn('amina', password)
  const session = entered.headers.getSetCookie().find((one) => one.startsWith('__Host-gatehouse='))
  assert.match(session!, /; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)
  assert.match(answer.headers.get('strict-transport-security')!, /max-age=\d{8}/)
})

test('pages carry a policy without inline anything, and hold nothing inline', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  await browser.signIn('amina', password)
  for (const path of ['/signin?connector=staff', '/portal', '/signout', '/nothing']) {
    const { headers, text } = await browser.get(path)
    const policy = headers.get('content-security-policy')!
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*|https:/)
    assert.doesNotMatch(text, /\sstyle=|<style|\son[a-z]+=|<script(?! src=)/i)
    assert.equal(headers.get('x-powered-by'), null)
  }
})

test('while its event can not be kept nobody signs in, and nothing is handed out', async () => {
  await using house = await openHouse()
  const page = async () => {
    const browser = new Browser(house.origin)
    const answer = await browser.signIn('amina', password)
    return { answer, portal: await browser.get('/portal') }
  }
  house.trail.refuses = () => true
  const refused = await page()
  assert.equal(refused.answer.status, 503)
  assert.match(refused.answer.text, /Signing in is not possible at this moment/)
  house.trail.refuses = () => false
  house.trail.durable = () => Promise.reject(new Error('no space left'))
  const unkept = await page()
  assert.equal(unkept.answer.status, 503)
  for (const { portal } of [refused, unkept]) assert.match(portal.location ?? '', /^\/signin/)
})
