import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import {
  answerDevice,
  asPage,
  beginOnDevice,
  deviceApps,
  openDevicePage,
  poll,
  say,
  typeCode,
} from './device-scene.ts'
import { appSettings, openScene, travel } from './scene.ts'

const settings = appSettings + deviceApps
const openDevices = (more = '') => openScene(more + settings)

test('a device is signed in by a person elsewhere, who sees what it is', async () => {
  await using at = await openDevices()
  const begun = await beginOnDevice(at)
  assert.match(begun.user_code, /^[B-Z]{4}-[B-Z]{4}$/)
  assert.equal(begun.verification_uri, `${at.origin}/oauth2/device`)
  assert.deepEqual([begun.expires_in, begun.interval], [300, 5])
  const early = await poll(at, begun.device_code)
  assert.deepEqual([early.status, early.told.error], [400, 'authorization_pending'])

  const { browser, page } = await openDevicePage(at)
  assert.equal(page.title, 'Sign in on a device')
  const question = await typeCode(browser, page, begun.user_code.toLowerCase().replace('-', ' '))
  assert.equal(question.title, 'Sign in to Telly on another device?')
  const expected = [begun.user_code, '127.0.0.1', 'Telly/7 &lt;b&gt;bold', 'alice@corp.test']
  for (const one of expected) assert.ok(question.text.includes(one), one)
  assert.match(question.text, /Did you start this yourself/)
  const done = await answerDevice(browser, question, 'confirm')
  assert.equal(done.title, 'Your device is signed in to Telly', done.text)

  at.clock.pass(5)
  const { status, told } = await poll(at, begun.device_code)
  assert.equal(status, 200, JSON.stringify(told))
  const [, payload] = String(told.id_token).split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  assert.deepEqual([claims.email, claims.aud, claims.amr], ['alice@corp.test', 'tv', ['pwd']])
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  const ofApps = events.filter(({ eventName }) => eventName.startsWith('App'))
  assert.deepEqual(
    ofApps.map(({ eventName, userIdentity }) => [eventName, userIdentity.userName]),
    [
      ['AppSignIn', 'alice'],
      ['AppToken', 'alice'],
    ],
    'no record for each question of a device that waits',
  )
  assert.match(JSON.stringify(ofApps[0]!.requestParameters), /"address":"127.0.0.1"/)
  assert.doesNotMatch(JSON.stringify(events), new RegExp(begun.device_code))
})

test('the address that a device shows fills in the code, and confirms nothing', async () => {
  await using at = await openDevices()
  const begun = await beginOnDevice(at, 'radio')
  const path = begun.verification_uri_complete.slice(at.origin.length)
  const { browser, page } = await openDevicePage(at, 'carol', path)
  assert.equal(page.title, 'Sign in on a device')
  assert.equal(page.hidden('user_code'), '', 'a field for the person to compare')
  assert.match(page.text, new RegExp(`value="${begun.user_code}"`))
  assert.equal((await poll(at, begun.device_code, 'radio')).told.error, 'authorization_pending')
  const question = await typeCode(browser, page, begun.user_code)
  const done = await answerDevice(browser, question, 'confirm')
  assert.equal(done.title, 'Your device is signed in to Radio', 'consent stood on that page')
  const odd = await browser.get(`/oauth2/device?user_code=${encodeURIComponent('"><b>x</b>zzzz')}`)
  assert.doesNotMatch(odd.text, /<b>x/)
  const twice = await browser.get('/oauth2/device?user_code=BBBBCCCC&user_code=BBBBDDDD')
  assert.equal(twice.status, 400)
})

test('who says No ends it, and who may not use the app can only decline', async () => {
  await using at = await openDevices()
  const first = await beginOnDevice(at)
  const alice = await openDevicePage(at)
  const question = await typeCode(alice.browser, alice.page, first.user_code)
  const no = await answerDevice(alice.browser, question, 'abort')
  assert.equal(no.title, 'The device was not signed in')
  const told = await poll(at, first.device_code)
  assert.deepEqual([told.status, told.told.error], [400, 'access_denied'])

  const second = await beginOnDevice(at)
  const bob = await openDevicePage(at, 'bob')
  const asked = await typeCode(bob.browser, bob.page, second.user_code)
  assert.doesNotMatch(asked.text, /bob@corp/)
  const refused = await answerDevice(bob.browser, asked, 'confirm')
  assert.equal(refused.title, 'You may not use Telly')
  const declined = /href="(\/apps\/continue\/[^"]*declined)"/.exec(refused.text)![1]!
  const end = asPage(await travel(bob.browser, declined))
  assert.equal(end.title, 'The device was not signed in', end.text)
  assert.equal((await poll(at, second.device_code)).told.error, 'access_denied')
})

test('a code is confirmed once, by the first of two people at once', async (t) => {
  if (!findProgram('redis-server')) return void requirePeer(t, 'redis')
  await using redis = await openRedis()
  await using at = await openDevices(`ephemeral: { redis: "${redis.url}" }\n`)
  for (let round = 0; round < 3; round++) {
    const begun = await beginOnDevice(at)
    const people = await Promise.all(['alice', 'carol'].map((name) => openDevicePage(at, name)))
    const questions = await Promise.all(
      people.map(({ browser, page }) => typeCode(browser, page, begun.user_code)),
    )
    const ends = await Promise.all(
      people.map(({ browser }, i) => answerDevice(browser, questions[i]!, 'confirm')),
    )
    const done = ends.map(({ title }) => title === 'Your device is signed in to Telly')
    assert.equal(done.filter(Boolean).length, 1, ends.map(({ title }) => title).join())
    assert.match(ends[done.indexOf(false)]!.text, /This code was used already/)
    const { told } = await poll(at, begun.device_code)
    const [, payload] = String(told.id_token).split('.')
    const { preferred_username } = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    assert.equal(preferred_username, ['alice', 'carol'][done.indexOf(true)])
    const late = await typeCode(people[0]!.browser, ends[0]!, begun.user_code)
    assert.doesNotMatch(late.title, /Telly/)
  }
})

test('a device that asks faster than it was told hears slow_down', async () => {
  await using at = await openDevices()
  const { device_code } = await beginOnDevice(at)
  const heard = []
  for (let i = 0; i < 3; i++) heard.push((await poll(at, device_code)).told.error)
  assert.deepEqual(heard, ['authorization_pending', 'slow_down', 'slow_down'])
  at.clock.pass(5)
  assert.equal((await poll(at, device_code)).told.error, 'authorization_pending')
})

test('a code of a device serves once, for its own app, and ends with the sign-in', async () => {
  await using at = await openDevices()
  const one = await beginOnDevice(at)
  const { browser, page } = await openDevicePage(at)
  await answerDevice(browser, await typeCode(browser, page, one.user_code), 'confirm')
  const first = await poll(at, one.device_code)
  const refresh_token = String(first.told.refresh_token)
  const refresh = () =>
    say(at, 'token', { grant_type: 'refresh_token', client_id: 'tv', refresh_token })

  const two = await beginOnDevice(at)
  const again = asPage(await travel(browser, '/oauth2/device'))
  await answerDevice(browser, await typeCode(browser, again, two.user_code), 'confirm')
  const other = await poll(at, two.device_code, 'radio')
  assert.deepEqual([other.status, other.told.error], [400, 'invalid_grant'])
  at.clock.pass(5)
  assert.equal((await poll(at, two.device_code)).told.error, 'invalid_grant', 'it was stolen')

  at.clock.pass(5)
  assert.equal((await poll(at, one.device_code)).told.error, 'invalid_grant')
  assert.equal((await refresh()).told.error, 'invalid_grant', 'the second use ended what it gave')
})

test('two devices of one person are apart, and both end when the person signs out', async () => {
  await using at = await openDevices()
  const { browser, page } = await openDevicePage(at)
  const tokens = []
  let form = page
  for (const _ of ['one', 'two']) {
    const { user_code, device_code } = await beginOnDevice(at)
    await answerDevice(browser, await typeCode(browser, form, user_code), 'confirm')
    tokens.push((await poll(at, device_code)).told)
    form = asPage(await travel(browser, '/oauth2/device'))
  }
  const status = async ({ access_token }: Record<string, unknown>) =>
    (
      await fetch(`${at.origin}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${access_token}` },
      })
    ).status
  assert.deepEqual(await Promise.all(tokens.map(status)), [200, 200])
  const leave = await browser.get('/signout')
  await browser.post('/signout', { _csrf: leave.csrf })
  assert.deepEqual(await Promise.all(tokens.map(status)), [401, 401])
})

test('codes are guessed neither by a person nor from an address for long', async () => {
  await using at = await openDevices('limits: { signInsPerAddress: { count: 5, window: 15m } }\n')
  const { browser, page } = await openDevicePage(at)
  const seen = []
  let form = page
  for (let tries = 0; tries < 7; tries++) {
    const shown = await typeCode(browser, form, 'BBBBBBBB')
    seen.push([shown.status, shown.title])
    if (shown.status === 200) form = shown
  }
  const wrong = [200, 'Sign in on a device']
  const busy = [429, 'This cannot be done right now']
  assert.deepEqual(seen, [wrong, wrong, wrong, wrong, wrong, busy, busy])
  assert.match(form.text, /No device shows this code/)

  await using wide = await openDevices(
    'limits: { signInsPerAddress: { count: 500, window: 15m } }\n',
  )
  const own = await openDevicePage(wide)
  const statuses = await Promise.all(
    Array.from(
      { length: 40 },
      async () => (await typeCode(own.browser, own.page, 'CCCCCCCC')).status,
    ),
  )
  assert.equal(statuses.filter((status) => status === 429).length, 10, 'many at once are counted')
  const events = await at.events((all) =>
    all.some(({ errorCode }) => errorCode === 'invalid_user_code'),
  )
  assert.ok(events.some(({ errorCode }) => errorCode === 'invalid_user_code'))
})

test('only apps meant for it begin on devices, and nobody confirms without a sign-in', async () => {
  await using at = await openDevices()
  for (const client_id of ['desk', 'ghost']) {
    const { status, told } = await say(at, 'device_authorization', { client_id })
    assert.ok(status === 400 || status === 401, JSON.stringify(told))
  }
  const stranger = new Browser(at.origin)
  const begun = await beginOnDevice(at)
  const asked = await stranger.post('/oauth2/device', {
    user_code: begun.user_code,
    confirm: 'yes',
  })
  assert.equal(asked.status, 303)
  assert.match(asked.location!, /^\/signin\?/)
  const { browser, page } = await openDevicePage(at)
  for (const xsrf of ['', 'x'.repeat(48)]) {
    const forged = await browser.post('/oauth2/device', {
      xsrf,
      user_code: begun.user_code,
      confirm: 'yes',
    })
    assert.equal(forged.status, 400)
    assert.equal(forged.title, 'Sign in on a device')
  }
  browser.cookies.delete('gatehouse-apps')
  browser.cookies.delete('gatehouse-apps.sig')
  const bare = await typeCode(browser, page, begun.user_code)
  assert.deepEqual([bare.status, bare.location], [303, '/oauth2/device'], 'from the beginning')
  assert.equal((await poll(at, begun.device_code)).told.error, 'authorization_pending')
  for (const code of ['confirmed-by-user-code:x', begun.user_code, ''])
    assert.ok((await poll(at, code)).status === 400)
})
