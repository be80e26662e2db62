import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser, type Shown } from './browser.ts'
import { type House, openHouse } from './house.ts'
import { grant } from './world.ts'

const password = 'right horse'

async function atPortal(
  house: House,
  name = 'amina',
): Promise<{ browser: Browser; portal: Shown; form: (role: string) => Record<string, string> }> {
  const browser = new Browser(house.origin)
  await browser.signIn(name, password)
  const portal = await browser.get('/portal')
  const form = (role: string) => ({
    _csrf: portal.csrf,
    grant: portal.choice(role),
  })
  return { browser, portal, form }
}

/** Acts at the portal, and follows the redirect to the page that says what came of it. */
async function act(
  browser: Browser,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Shown> {
  const answer = await browser.post(path, fields, headers)
  assert.equal(answer.status, 303)
  assert.match(answer.location ?? '', /^\/portal(\?|$)/)
  return browser.get(answer.location!.replace(/#.*/, ''), headers)
}

function plain(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
}

test('credentials are shown in every format, and the page is not cached', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  const page = await act(browser, '/portal/credentials', {
    ...form('TimetableExport'),
    duration: '1800',
  })
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  const text = plain(page.text)
  const key = /export AWS_ACCESS_KEY_ID="(ASIA\w{16})"/.exec(text)![1]!
  assert.match(text, new RegExp(`aws_access_key_id = ${key}`))
  assert.match(text, new RegExp(`"AccessKeyId": "${key}"`))
  assert.match(text, /export AWS_REGION="eu-west-1"\nexport AWS_DEFAULT_REGION="eu-west-1"/)
  assert.match(text, new RegExp(`AWS_ENDPOINT_URL="${house.origin}"`))
  assert.match(
    text,
    new RegExp(
      `credential_process = gatehouse credentials --endpoint ${house.origin} --username ` +
        'amina.okafor --provider staff --role arn:aws:iam::268804417753:role/TimetableExport',
    ),
  )
  assert.match(text, /"Expiration": "2026-11-23T15:12:00.000Z"/)
  const event = house.events.at(-1)!
  assert.equal(event.eventName, 'AssumeRoleWithLDAPIdentity')
  assert.equal(event.chain.rule, 'rule-TimetableExport')
  assert.equal(event.chain.decision?.effect, 'allow')
  const secret = /export AWS_SECRET_ACCESS_KEY="([^"]+)"/.exec(text)![1]!
  assert.ok(!JSON.stringify(house.events).includes(secret))
})

test('a user name that would write a setting of its own stays out of the file', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house, 'jonas')
  const text = plain((await act(browser, '/portal/credentials', form('DataAnalyst'))).text)
  assert.match(text, /--username "<b>jonas\\"'<\/b>" --provider/)
})

test('durations stay within the grant', async () => {
  await using house = await openHouse()
  house.world.grants = [grant('Short', '268804417753', { maxDurationSeconds: 2700 })]
  const { portal } = await atPortal(house)
  const offered = [...portal.text.matchAll(/<option value="(\d+)"( selected)?/g)].map(
    ([, seconds, chosen]) => [Number(seconds), chosen !== undefined],
  )
  assert.deepEqual(offered, [
    [900, false],
    [1800, false],
    [2700, true],
  ])
})

test('a grant that is made up, or no longer given, yields nothing', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  const wanted = form('DataAnalyst')
  for (const id of ['', 'x', '__proto__', 'arn:aws:iam::268804417753:role/Admin']) {
    const page = await act(browser, '/portal/credentials', { ...wanted, grant: id })
    assert.equal(page.status, 403)
    assert.doesNotMatch(page.text, /AWS_SECRET/)
  }
  house.world.grants = house.world.grants.slice(1)
  const page = await act(browser, '/portal/credentials', wanted)
  assert.equal(page.status, 403)
  assert.match(page.text, /That role does not let you in/)
  assert.match(page.text, /GH-\w{4}-\w{4}/)
})

test('when the trust policy refuses, the portal says so and the audit event says why', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  house.world.refuseTrust = true
  for (const path of ['/portal/credentials', '/portal/console']) {
    const page = await act(browser, path, form('DataAnalyst'))
    assert.equal(page.status, 403)
    const event = house.events.at(-1)!
    assert.equal(event.errorCode, 'grant-refused')
    assert.match(event.chain.detail!, /AccessDenied: not trusted/)
    assert.match(page.text, new RegExp(event.chain.reference!))
  }
})

test('a duration that no form offers is refused', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  for (const duration of ['99999', '-900', '1e3', 'x', '14401']) {
    const fields = { ...form('DataAnalyst'), duration }
    const answer = await browser.post('/portal/credentials', fields)
    const page = answer.location === null ? answer : await browser.get(answer.location)
    assert.ok(page.status >= 400 && page.status < 500, duration)
    assert.doesNotMatch(page.text, /AWS_SECRET/)
  }
})

test('the filter works without a script', async () => {
  await using house = await openHouse()
  const { browser } = await atPortal(house)
  const roles = async (q: string) =>
    [
      ...(await browser.get(`/portal?${new URLSearchParams({ q })}`)).text.matchAll(
        /data-row="[^"]*">\s*<div><h3><bdi>(.*?)<\/bdi>/g,
      ),
    ].map(([, role]) => role!.replaceAll('<wbr>', ''))
  assert.deepEqual(await roles('data'), ['DataAnalyst', 'TimetableExport'])
  assert.deepEqual(await roles('4120 read'), ['ReadOnlyAudit'])
  assert.deepEqual(await roles('"><script>'), [])
})

test('the console opens from the portal and shows who one is', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  assert.equal((await browser.post('/portal/console', form('DataAnalyst'))).location, '/console')
  const { text, headers } = await browser.get('/console')
  for (const part of [
    'Switch role',
    'team=platform',
    'rule-DataAnalyst',
    'amina.okafor',
    'List users',
    'http-equiv="refresh" content="3601"',
    'data-reload="3601"',
  ])
    assert.ok(text.includes(part), part)
  assert.equal(headers.get('cache-control'), 'no-store')
})

test('after a time-out, signing in again leads to the same page with the same role', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  await browser.post('/portal/console', form('TimetableExport'))
  house.clock.pass(9 * 3600)
  const ended = await browser.get('/console/roles/x?tab=trust')
  assert.equal(ended.title, 'Your session timed out')
  const link = /class="btn pri block" href="(\/signin\?[^"]+)"/.exec(ended.text)![1]!
  const page = await browser.get(link)
  const answer = await browser.post('/signin', {
    _csrf: page.csrf,
    connector: 'staff',
    username: 'amina',
    password,
    next: page.hidden('next'),
  })
  assert.equal(answer.location, '/console/roles/x?tab=trust')
  assert.match((await browser.get(answer.location!)).text, /TimetableExport/)
})

test('someone else who signs in on that browser does not take the role over', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  await browser.post('/portal/console', form('TimetableExport'))
  const answer = await browser.signIn('jonas', password, { next: '/console/roles' })
  assert.equal(answer.location, '/portal')
  assert.equal((await browser.get('/console/roles')).location, '/portal')
})

test('while the sign-in lasts, the same role is one button away', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  await browser.post('/portal/console', form('TimetableExport'))
  house.clock.pass(3600)
  const ended = await browser.get('/console/roles')
  assert.match(ended.text, /Open it again as TimetableExport/)
  const again = await browser.post('/portal/console', {
    _csrf: ended.csrf,
    grant: ended.hidden('grant'),
  })
  assert.equal(again.location, '/console/roles')
})

test('a deep link without a session leads through sign-in and the portal to its page', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const first = await browser.get('/console/roles')
  assert.equal(first.location, '/signin?next=%2Fconsole%2Froles')
  const answer = await browser.signIn('amina', password, { next: '/console/roles' })
  assert.equal(answer.location, '/portal')
  const portal = await browser.get('/portal')
  assert.match(portal.text, /The console opens where you were: <span class="mono">\/console\/roles/)
  const opened = await browser.post('/portal/console', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  assert.equal(opened.location, '/console/roles')
})

test('leaving the console keeps the sign-in', async () => {
  await using house = await openHouse()
  const { browser, form } = await atPortal(house)
  await browser.post('/portal/console', form('DataAnalyst'))
  const { csrf } = await browser.get('/console')
  assert.equal(
    (await browser.post('/console/signout', { _csrf: csrf })).location,
    '/console-signed-out',
  )
  assert.equal((await browser.get('/console')).location, '/portal')
  assert.equal((await browser.get('/portal')).status, 200)
})

test("trust policies see each request's address, transport, user agent and region", async () => {
  await using house = await openHouse({
    publicUrl: 'https://sso.meridian.example',
    trustedProxies: ['loopback'],
  })
  const { browser, form } = await atPortal(house)
  // The public address is https, this request was not.
  assert.deepEqual(new Set(house.asked.map(({ secure }) => secure)), new Set([false]))
  house.asked.length = 0
  await act(browser, '/portal/credentials', form('TimetableExport'), {
    'user-agent': `company-browser/7 ${'x'.repeat(300)}`,
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '::ffff:203.0.113.7',
  })
  // Listed, issued, and shown again.
  const facts = {
    sourceAddress: '203.0.113.7',
    userAgent: `company-browser/7 ${'x'.repeat(238)}`,
    secure: true,
    region: 'eu-west-1',
  }
  assert.deepEqual(house.asked, [facts, facts, facts])
})

test('nobody but a trusted proxy tells where a request came from', async () => {
  await using house = await openHouse()
  const { browser } = await atPortal(house)
  house.asked.length = 0
  await browser.get('/portal', { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' })
  assert.deepEqual(
    house.asked.map(({ sourceAddress, secure }) => [sourceAddress, secure]),
    [['127.0.0.1', false]],
  )
})

test('a link to a role and what to do with it asks first', async () => {
  await using house = await openHouse()
  const browser = new Browser(house.origin)
  const link = '/portal?role=DataAnalyst&account=meridian-data'
  await browser.signIn('amina', password)
  const console = await browser.get(`${link}&to=console`)
  assert.match(console.location!, /^\/portal\/console\?role=arn%3Aaws%3Aiam%3A%3A268804417753/)
  assert.equal((await browser.get(console.location!)).title, 'Open the console')
  const asked = await browser.get(`${link}&to=credentials`)
  assert.equal(asked.title, 'Get credentials')
  assert.doesNotMatch(asked.text, /AWS_SESSION_TOKEN/)
  const fields = { _csrf: asked.csrf, grant: asked.hidden('grant') }
  const taken = await browser.post('/portal/credentials', fields)
  const panel = await browser.get(taken.location!)
  assert.match(panel.text, /set -gx AWS_SESSION_TOKEN/)
  assert.match(panel.text, /^(.*>)?AWS_SESSION_TOKEN=[^"]/m)
  // What leads to no role, or to several, or nowhere, shows the portal.
  for (const query of ['role=Nobody&to=console', 'to=console', 'role=DataAnalyst&to=%2F%2Fevil'])
    assert.equal((await browser.get(`/portal?${query}`)).title, 'Your roles')
})
